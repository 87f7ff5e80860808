/* Applies logs of updates (JSON on standard input: a list of lists of base64) with Yjs; prints what each text is then. */
const { createRequire } = require("node:module");
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");

function tree(type) {
  if (type instanceof Y.XmlText) {
    return type.toDelta().map((part) => part.insert);
  }
  const content = type.toArray().map(tree);
  if (!(type instanceof Y.XmlElement)) return content;
  return [type.nodeName, Object.entries(type.getAttributes()).sort(), content];
}

let input = "";
process.stdin.on("data", (data) => { input += data; });
process.stdin.on("end", () => {
  const result = JSON.parse(input).map((log) => {
    const doc = new Y.Doc();
    doc.getXmlFragment("prosemirror");
    for (const update of log) Y.applyUpdate(doc, Buffer.from(update, "base64"));
    const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort((a, b) => a[0] - b[0]);
    return { tree: tree(doc.getXmlFragment("prosemirror")), vector, pending: doc.store.pendingStructs !== null };
  });
  process.stdout.write(JSON.stringify(result));
});
