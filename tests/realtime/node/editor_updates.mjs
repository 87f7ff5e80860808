/* Updates as our editor writes them (ProseMirror, y-prosemirror, undo): one JSON object on standard output. Run in the editor's folder. */
import { createRequire } from "node:module";
import { schemaFrom } from "./schema.mjs";
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");
const { updateYFragment } = from("y-prosemirror");
const declaration = JSON.parse(process.argv[2]);
const seed = Number(process.argv[3]);

let state = seed + 1;
const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const schema = await schemaFrom(declaration);

let block = 0;
const id = () => ({ id: "block" + String(++block).padStart(4, "0") });
const words = () => pick(["Rīga", "Київ", "🎉👩‍🏫", "policy", " ", "x"]) + " " + pick(["a", "ž", "end"]);
const someMarks = () => pick([[], [], [{ type: "strong" }], [{ type: "em" }, { type: "strike" }], [{ type: "code" }],
  [{ type: "link", attrs: { href: pick(["https://example.org/a b", "mailto:a@b.c"]), title: "t" } }]]);
const text = () => ({ type: "text", text: words(), marks: someMarks() });
const inline = () => Array.from({ length: below(4) }, () => pick([text, text, text,
  () => ({ type: "hard_break" }),
  () => ({ type: "image", attrs: { image: "0b7b4a52-3a0c-4a7e-8f0f-3f1d6f0a9b11", alt: "A map", title: "" } })])());
const paragraph = () => ({ type: "paragraph", attrs: id(), content: inline() });
const item = (depth) => ({ type: "list_item", content: [paragraph(), ...(depth ? [list(depth - 1)] : [])] });
const list = (depth) => ({ type: pick(["bullet_list", "ordered_list"]), attrs: { tight: false }, content: [item(depth), item(0)] });
const cell = (type) => ({ type, attrs: { colspan: 1, rowspan: 1, colwidth: pick([null, [120]]) }, content: [paragraph()] });
const table = () => ({ type: "table", attrs: id(), content: [
  { type: "table_row", content: [cell("table_header"), cell("table_header")] },
  { type: "table_row", content: [cell("table_cell"), cell("table_cell")] }] });
const anyBlock = () => pick([paragraph, paragraph,
  () => ({ type: "heading", attrs: { level: 1 + below(6), ...id() }, content: [text()] }),
  () => ({ type: "blockquote", content: [paragraph(), list(1)] }),
  () => ({ type: "code_block", attrs: { params: "js", ...id() }, content: [{ type: "text", text: "let x = 1" }] }),
  () => ({ type: "horizontal_rule", attrs: id() }), () => list(2), table])();

const document = { type: "doc", content: [paragraph(), anyBlock(), anyBlock()] };
const copy = (value) => JSON.parse(JSON.stringify(value));
const leaves = (node, type, found = []) => {
  if (node.type === type) found.push(node);
  (node.content ?? []).forEach((child) => leaves(child, type, found));
  return found;
};
function edit(doc) {
  const texts = leaves(doc, "text");
  const kind = below(6);
  if (kind === 0) doc.content.splice(below(doc.content.length + 1), 0, anyBlock());
  else if (kind === 1 && doc.content.length > 2) doc.content.splice(below(doc.content.length), 1);
  else if (kind === 2 && texts.length) { const t = pick(texts); t.text = t.text.slice(0, 1) + words() + t.text.slice(1); }
  else if (kind === 3 && texts.length) { const t = pick(texts); if (!leaves(doc, "code_block").some((c) => c.content?.includes(t))) t.marks = someMarks(); }
  else if (kind === 4 && leaves(doc, "paragraph").length) { const h = pick(leaves(doc, "paragraph")); h.content = inline(); }
  else { const i = below(doc.content.length); const b = doc.content[i]; if (b.type === "paragraph") doc.content[i] = { type: "heading", attrs: { level: 2, ...b.attrs }, content: b.content ?? [] }; }
  return doc;
}

const ydoc = new Y.Doc();
const updates = [];
ydoc.on("update", (update) => updates.push(Buffer.from(update).toString("base64")));
const fragment = ydoc.getXmlFragment("prosemirror");
const undo = new Y.UndoManager([fragment], { captureTimeout: 0, trackedOrigins: new Set(["editor"]) });
const meta = { mapping: new Map(), isOMark: new Map() };
let current = document;
for (let n = 0; n < 25; n++) {
  const node = schema.nodeFromJSON(current);
  node.check();
  ydoc.transact(() => updateYFragment(ydoc, fragment, node, meta), "editor");
  if (n % 7 === 5) { undo.undo(); meta.mapping = new Map(); undo.redo(); meta.mapping = new Map(); }
  current = edit(copy(current));
}
process.stdout.write(JSON.stringify({ updates, state: Buffer.from(Y.encodeStateAsUpdate(ydoc)).toString("base64"), text: fragment.toString() }));
