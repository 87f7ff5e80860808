/* Stock Yjs clients that type at random and lose their connections at random, told what to do on standard input:
 *   witness  -> prints {"update", "written", "closed"}: all that anybody has got from a server so far (base64), and
 *               the codes with which each connection was closed
 *   calm     -> types no more, waits until all texts are equal, prints {"text", "written"} and ends
 * The plan is one JSON object (argument): urls, document, clients (headers), seed, packages. */
const { createRequire } = require("node:module");
const readline = require("node:readline");
const plan = JSON.parse(process.argv[2]);
const from = createRequire(plan.packages + "/package.json");
const Y = from("yjs");
const { WebsocketProvider } = from("y-websocket");
const WebSocket = from("ws");

let state = plan.seed >>> 0;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

let isCalm = false;
let written = 0;
// Holds only what came from a server: so somebody other than its author has seen it.
const witness = new Y.Doc();

function client(headers, index) {
  class Socket extends WebSocket {
    constructor(url, protocols) { super(url, protocols, { headers }); }
  }
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(plan.urls[index % plan.urls.length] + "/ws/v1/documents", plan.document, doc, {
    WebSocketPolyfill: Socket, disableBc: true, maxBackoffTime: 1000,
  });
  doc.on("update", (update, origin) => { if (origin === provider) Y.applyUpdate(witness, update); });
  const closed = [];
  provider.on("connection-close", (event) => { if (event) closed.push(event.code); });
  return { doc, provider, closed, fragment: doc.getXmlFragment("prosemirror") };
}

function type({ doc, fragment }) {
  doc.transact(() => {
    written += 1;
    if (fragment.length === 0 || random() < 0.05) {
      const paragraph = new Y.XmlElement("paragraph");
      paragraph.insert(0, [new Y.XmlText("new ")]);
      fragment.insert(below(fragment.length + 1), [paragraph]);
      return;
    }
    const text = fragment.get(below(fragment.length)).get(0);
    if (!(text instanceof Y.XmlText)) { written -= 1; return; }
    if (text.length > 4 && random() < 0.2) text.delete(below(text.length - 2), 2);
    else text.insert(below(text.length + 1), ["a", "word ", "Rīga ", "ї"][below(4)]);
  });
}

async function live(one) {
  while (!isCalm) {
    await sleep(10 + below(80));
    if (isCalm) return;
    if (!plan.isSteady && random() < 0.01) {
      one.provider.disconnect();
      setTimeout(() => one.provider.connect(), below(400));
    }
    type(one);
  }
}

const same = (all) => new Set(all.map(({ fragment }) => fragment.toString())).size === 1;

async function calm(all) {
  isCalm = true;
  for (const one of all) one.provider.connect();
  const end = Date.now() + 40000;
  const isDone = () => all.every(({ provider }) => provider.synced) && same(all);
  // Equal for a while: the last frames may still be under way.
  for (let times = 0; times < 20; times = isDone() ? times + 1 : 0) {
    if (Date.now() > end) throw new Error("they do not converge");
    await sleep(25);
  }
  say({ text: all[0].fragment.toString(), written });
  process.exit(0);
}

const all = plan.clients.map(client);
const fail = (error) => { process.stderr.write(String(error.stack || error) + "\n"); process.exit(1); };
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "witness") say({
    update: Buffer.from(Y.encodeStateAsUpdate(witness)).toString("base64"), written, closed: all.map(({ closed }) => closed),
  });
  else if (line === "calm") calm(all).catch(fail);
});
Promise.all(all.map(live)).catch(fail);
