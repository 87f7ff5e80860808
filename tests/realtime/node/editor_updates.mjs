/* Updates as our editor writes them (ProseMirror, y-prosemirror, undo): one JSON object on standard output. Run in the editor's folder. */
import { createRequire } from "node:module";
import { editing, numbers } from "./editing.mjs";
import { schemaFrom } from "./schema.mjs";
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");
const { updateYFragment } = from("y-prosemirror");
const declaration = JSON.parse(process.argv[2]);
const seed = Number(process.argv[3]);

const schema = await schemaFrom(declaration);

const { start, copy, edit } = editing(numbers(seed));

const ydoc = new Y.Doc();
const updates = [];
ydoc.on("update", (update) => updates.push(Buffer.from(update).toString("base64")));
const fragment = ydoc.getXmlFragment("prosemirror");
const undo = new Y.UndoManager([fragment], { captureTimeout: 0, trackedOrigins: new Set(["editor"]) });
const meta = { mapping: new Map(), isOMark: new Map() };
let current = start;
for (let n = 0; n < 25; n++) {
  const node = schema.nodeFromJSON(current);
  node.check();
  ydoc.transact(() => updateYFragment(ydoc, fragment, node, meta), "editor");
  if (n % 7 === 5) { undo.undo(); meta.mapping = new Map(); undo.redo(); meta.mapping = new Map(); }
  current = edit(copy(current));
}
process.stdout.write(JSON.stringify({ updates, state: Buffer.from(Y.encodeStateAsUpdate(ydoc)).toString("base64"), text: fragment.toString() }));
