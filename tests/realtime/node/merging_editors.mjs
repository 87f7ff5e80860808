/* Several editors (ProseMirror, y-prosemirror, undo) who meet a server now and then: prints what they send, in the order
   in which the server gets it, per seed. Arguments: schema, first seed, how many. Run in the editor's folder. */
import { createRequire } from "node:module";
import { editing, numbers } from "./editing.mjs";
import { schemaFrom } from "./schema.mjs";
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");
const { initProseMirrorDoc, updateYFragment } = from("y-prosemirror");
const schema = await schemaFrom(JSON.parse(process.argv[2]));
const [first, count] = process.argv.slice(3).map(Number);

function editors(seed) {
  const random = numbers(seed * 7919);
  const { start, copy, edit, below, pick } = editing(random);
  const server = new Y.Doc();
  const sent = [];
  const take = (update) => {
    sent.push(Buffer.from(update).toString("base64"));
    Y.applyUpdate(server, update);
  };
  const write = ({ doc, fragment }, json, meta) => {
    const node = schema.nodeFromJSON(json);
    node.check();
    doc.transact(() => updateYFragment(doc, fragment, node, meta), "editor");
  };
  const person = (clientID) => {
    const doc = new Y.Doc();
    doc.clientID = clientID;
    const fragment = doc.getXmlFragment("prosemirror");
    const waiting = [];
    doc.on("update", (update, origin) => { if (origin !== "server") waiting.push(update); });
    const undo = new Y.UndoManager([fragment], { captureTimeout: below(2) * 1e6, trackedOrigins: new Set(["editor"]) });
    return { doc, fragment, waiting, undo };
  };
  const meet = ({ doc, waiting }) => {
    if (random() < 0.3 && waiting.length) take(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server)));
    else waiting.forEach(take);
    waiting.length = 0;
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(doc)), "server");
  };
  const people = Array.from({ length: 2 + below(2) }, (_, n) => person(10 + below(2 ** 30) * 4 + n));
  write(people[0], start, { mapping: new Map(), isOMark: new Map() });
  people.forEach(meet);
  for (let n = 0; n < 40; n++) {
    const one = pick(people);
    if (random() < 0.2) random() < 0.6 ? one.undo.undo() : one.undo.redo();
    // Opening heals what merging left behind, as in the browser.
    const { doc: opened, meta } = initProseMirrorDoc(one.fragment, schema);
    const json = opened.toJSON();
    try {
      write(one, edit(copy(json.content?.length ? json : start)), meta);
    } catch (error) {
      // An edit that makes no valid text is one that the browser does not offer.
      if (!(error instanceof RangeError)) throw error;
    }
    if (random() < 0.3) meet(one);
  }
  for (let n = 0; n < 2; n++) people.forEach(meet);
  return { sent, text: server.getXmlFragment("prosemirror").toString() };
}

process.stdout.write(JSON.stringify(Array.from({ length: count }, (_, n) => editors(first + n))));
