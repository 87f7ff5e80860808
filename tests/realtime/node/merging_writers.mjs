/* Several honest writers, each with undo, who meet a server now and then: prints what they send, in the order in which
   the server gets it, per seed. Arguments: first seed, how many. Run in the editor's folder. */
import { createRequire } from "node:module";
const from = createRequire(process.cwd() + "/package.json");
const Y = from("yjs");

function writers(seed) {
  let state = seed * 7919 + 1;
  const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
  const below = (n) => Math.floor(random() * n);
  const server = new Y.Doc();
  server.getXmlFragment("prosemirror");
  const sent = [];
  const people = Array.from({ length: 2 + below(3) }, (_, n) => {
    const doc = new Y.Doc({ gc: random() < 0.7 });
    doc.clientID = 1 + below(2 ** 31) * 2 + n;
    const fragment = doc.getXmlFragment("prosemirror");
    const waiting = [];
    doc.on("update", (update, origin) => { if (origin !== "server") waiting.push(update); });
    const undo = new Y.UndoManager([fragment], { captureTimeout: below(2) * 1e6, trackedOrigins: new Set(["editor"]) });
    return { doc, fragment, waiting, undo };
  });
  const take = (update) => {
    sent.push(Buffer.from(update).toString("base64"));
    Y.applyUpdate(server, update);
  };
  const meet = ({ doc, waiting }) => {
    if (random() < 0.3 && waiting.length) take(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server)));
    else waiting.forEach(take);
    waiting.length = 0;
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(doc)), "server");
  };
  const paragraph = (words) => {
    const element = new Y.XmlElement("paragraph"), text = new Y.XmlText();
    element.setAttribute("id", "block" + below(1e6));
    text.insert(0, words);
    element.insert(0, [text]);
    return element;
  };
  const edit = ({ doc, fragment, undo }) => {
    if (random() < 0.25) { random() < 0.6 ? undo.undo() : undo.redo(); return; }
    if (random() < 0.1) undo.stopCapturing();
    doc.transact(() => {
      const count = fragment.length, block = count ? fragment.get(below(count)) : null;
      const text = block?.length ? block.get(below(block.length)) : null;
      const choice = random();
      if (!block || choice < 0.15) fragment.insert(below(count + 1), [paragraph("ab" + below(9)), paragraph("ļx")].slice(below(2)));
      else if (choice < 0.25) fragment.delete(below(count), 1);
      else if (choice < 0.3) block.setAttribute("id", "block" + below(1e6));
      else if (!text) block.insert(0, [new Y.XmlText("new")]);
      else if (choice < 0.4 && text.length) { const at = below(text.length); text.format(at, 1 + below(text.length - at), { strong: random() < 0.6 ? {} : null }); }
      else if (choice < 0.45) block.insert(below(block.length + 1), [new Y.XmlElement("hard_break")]);
      else if (choice < 0.6 && text.length) {
        const plain = text.toString().replace(/<[^>]*>/g, ""), at = below(text.length), length = 1 + below(Math.min(3, text.length - at));
        const cuts = (n) => plain.length === text.length && plain.charCodeAt(n) >= 0xdc00 && plain.charCodeAt(n) < 0xe000;
        if (!cuts(at) && !cuts(at + length)) text.delete(at, length);
      } else if (text.toString !== Y.XmlElement.prototype.toString && text.insert && text.length !== undefined && text instanceof Y.XmlText) {
        const units = text.toDelta().map((part) => part.insert).join("");
        let at = below(text.length + 1);
        if (units.charCodeAt(at) >= 0xdc00 && units.charCodeAt(at) < 0xe000) at++;
        for (const word of ["q", "ž", "w"].slice(below(3))) text.insert(at++, word);
      }
    }, "editor");
  };
  for (let n = 0; n < 70; n++) {
    const person = people[below(people.length)];
    edit(person);
    if (random() < 0.25) meet(person);
  }
  for (let n = 0; n < 2; n++) people.forEach(meet);
  const texts = [server.getXmlFragment("prosemirror"), ...people.map((person) => person.fragment)].map(String);
  return { sent, agree: new Set(texts).size === 1, text: texts[0] };
}

const [first, count] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(Array.from({ length: count }, (_, n) => writers(first + n))));
