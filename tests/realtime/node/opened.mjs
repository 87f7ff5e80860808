/* What an editor does to a text by opening it: {schema, logs} on standard input; per log the text before and after, and
   the same as ProseMirror's JSON. Run in the editor's folder. */
import { createRequire } from "node:module";
import { schemaFrom } from "./schema.mjs";
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");
const { initProseMirrorDoc } = from("y-prosemirror");

let input = "";
for await (const part of process.stdin) input += part;
const { schema: declaration, logs } = JSON.parse(input);
const schema = await schemaFrom(declaration);
const result = logs.map((log) => {
  const doc = new Y.Doc();
  const fragment = doc.getXmlFragment("prosemirror");
  for (const update of log) Y.applyUpdate(doc, Buffer.from(update, "base64"));
  const before = fragment.toString();
  const { doc: opened } = initProseMirrorDoc(fragment, schema);
  return { before, after: fragment.toString(), json: opened.toJSON() };
});
process.stdout.write(JSON.stringify(result));
