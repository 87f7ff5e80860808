/* A stock y-websocket client that holds a text, is sent out when words in it are erased, and then insists: a new provider
   on the same old document. Prints what came of it. */
const { createRequire } = require("node:module");
const plan = JSON.parse(process.argv[2]);
const from = createRequire(plan.packages + "/package.json");
const Y = from("yjs");
const { WebsocketProvider } = from("y-websocket");
const WebSocket = from("ws");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what, condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("waited in vain: " + what);
    await sleep(10);
  }
}
class Socket extends WebSocket {
  constructor(url, protocols) { super(url, protocols, { headers: plan.clients[0] }); }
}
function connect(doc) {
  const provider = new WebsocketProvider(plan.url + "/ws/v1/documents", plan.document, doc, {
    WebSocketPolyfill: Socket, disableBc: true,
  });
  const closed = [];
  provider.on("closed", (event) => closed.push(event.code));
  return { provider, closed };
}
async function main() {
  const doc = new Y.Doc();
  const fragment = doc.getXmlFragment("prosemirror");
  const first = connect(doc);
  await until("the words", () => fragment.toString().includes(plan.words));
  process.stdout.write("has them\n");
  await until("being sent out", () => first.closed.length > 0);
  const before = fragment.toString();
  const second = connect(doc);
  await until("sync", () => second.provider.synced);
  doc.getXmlFragment("prosemirror").get(0).get(0).insert(0, "late ");
  await until("the words to go here too", () => !fragment.toString().includes(plan.words));
  const fresh = new Y.Doc();
  const third = connect(fresh);
  await until("a fresh reader", () => fresh.getXmlFragment("prosemirror").toString().includes("late "));
  return { closed: first.closed, before, fresh: fresh.getXmlFragment("prosemirror").toString() };
}
main().then(
  (result) => { process.stdout.write(JSON.stringify(result) + "\n"); process.exit(0); },
  (error) => { process.stderr.write(String(error.stack || error) + "\n"); process.exit(1); },
);
