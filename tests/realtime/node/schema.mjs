/* The editor's ProseMirror schema, from the declaration, as far as y-prosemirror looks at it. */
import { createRequire } from "node:module";

export async function schemaFrom(declaration) {
  const { Schema } = createRequire(process.cwd() + "/package.json")("prosemirror-model");
  const nodes = {};
  for (const [name, rule] of Object.entries(declaration.nodes)) {
    const attrs = {};
    for (const [key, attr] of Object.entries(rule.attrs ?? {})) attrs[key] = "default" in attr ? { default: attr.default } : {};
    if (rule.identified) attrs.id = { default: null };
    const { content, group, inline, marks, code } = rule;
    nodes[name] = Object.fromEntries(Object.entries({ content, group, inline, marks, code, attrs }).filter(([, v]) => v !== undefined));
  }
  const marks = {};
  for (const [name, rule] of Object.entries(declaration.marks)) {
    const attrs = {};
    for (const [key, attr] of Object.entries(rule.attrs ?? {})) attrs[key] = "default" in attr ? { default: attr.default } : {};
    marks[name] = { attrs, ...(rule.excludes ? { excludes: rule.excludes } : {}) };
  }
  return new Schema({ nodes, marks });
}
