/* Two stock y-websocket clients per document: one types, one watches, until the server dies. Then all go away for good
   and one JSON object says, per document, what the watcher had seen and the last receipt of the writer. */
const { createRequire } = require("node:module");
const plan = JSON.parse(process.argv[2]);
const from = createRequire(plan.packages + "/package.json");
const Y = from("yjs");
const { WebsocketProvider } = from("y-websocket");
const decoding = from("lib0/decoding");
const WebSocket = from("ws");
const RECEIPT = 100;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what, condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("waited in vain: " + what);
    await sleep(5);
  }
}

function client(document, headers) {
  class Socket extends WebSocket {
    constructor(url, protocols) { super(url, protocols, { headers }); }
  }
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(plan.url + "/ws/v1/documents", document, doc, {
    WebSocketPolyfill: Socket, disableBc: true, params: { receipts: "1" },
  });
  const fragment = doc.getXmlFragment("prosemirror");
  const one = { doc, provider, fragment, receipt: 0, typed: "" };
  provider.messageHandlers[RECEIPT] = (_encoder, decoder) => {
    decoding.readVarUint(decoder);
    one.receipt = decoding.readVarUint(decoder);
  };
  for (const type of [101, 102, 103]) provider.messageHandlers[type] = () => {};
  return one;
}

async function main() {
  const pairs = plan.documents.map((id) => [client(id, plan.clients[0]), client(id, plan.clients[1])]);
  const all = pairs.flat();
  await until("sync", () => all.every(({ provider }) => provider.synced));
  const texts = pairs.map(([writer]) => {
    const paragraph = new Y.XmlElement("paragraph");
    const text = new Y.XmlText();
    paragraph.insert(0, [text]);
    writer.fragment.insert(writer.fragment.length, [paragraph]);
    return text;
  });
  const isDead = () => all.some(({ provider }) => !provider.wsconnected);
  for (let n = 0; n < plan.changes && !isDead(); n++) {
    pairs.forEach(([writer], index) => {
      writer.typed += `${n},`;
      texts[index].insert(texts[index].length, `${n},`);
    });
    await sleep(plan.pauseMs ?? 4);
  }
  if (plan.dies) await until("the crash", isDead);
  else await until("all at the other", () => pairs.every(([a, b]) => b.fragment.toString().includes(a.typed)), 60);
  const result = pairs.map(([writer, watcher]) => ({
    seen: watcher.fragment.toString(), receipt: writer.receipt, typed: writer.typed,
  }));
  all.forEach(({ provider }) => provider.destroy());
  return result;
}

main().then(
  (result) => { process.stdout.write(JSON.stringify(result) + "\n"); process.exit(0); },
  (error) => { process.stderr.write(String(error.stack || error) + "\n"); process.exit(1); },
);
