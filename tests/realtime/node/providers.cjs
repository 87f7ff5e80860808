/* Stock Yjs clients, told by one JSON object (argument) what to do; prints one JSON object. */
const { createRequire } = require("node:module");
const plan = JSON.parse(process.argv[2]);
const from = createRequire(plan.packages + "/package.json");
const Y = from("yjs");
const { WebsocketProvider } = from("y-websocket");
const WebSocket = from("ws");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what, condition, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("waited in vain: " + what);
    await sleep(10);
  }
}

function client(headers, index = 0) {
  class Socket extends WebSocket {
    constructor(url, protocols) { super(url, protocols, { headers }); }
  }
  const doc = new Y.Doc();
  const provider = new WebsocketProvider((plan.urls?.[index] ?? plan.url) + "/ws/v1/documents", plan.document, doc, {
    WebSocketPolyfill: Socket, disableBc: true,
  });
  const closed = [];
  provider.on("closed", (event) => closed.push(event.code));
  return { doc, provider, fragment: doc.getXmlFragment("prosemirror"), closed };
}

function write(fragment, words) {
  fragment.doc.transact(() => {
    const paragraph = new Y.XmlElement("paragraph");
    const text = new Y.XmlText();
    text.insert(0, words);
    paragraph.insert(0, [text]);
    fragment.insert(fragment.length, [paragraph]);
  });
  return fragment.get(fragment.length - 1).get(0);
}

const scenarios = {
  /* Two type at the same time, one offline for a while; the awareness of each reaches the other. */
  async converge() {
    const [a, b] = plan.clients.map((headers, index) => client(headers, index));
    await until("sync", () => a.provider.synced && b.provider.synced);
    const first = write(a.fragment, "Rīga ");
    await until("first words", () => b.fragment.toString().includes("Rīga"));
    const same = b.fragment.get(b.fragment.length - 1).get(0);
    for (let n = 0; n < 40; n++) {
      first.insert(first.length, ["a", "🎉"][n % 2]);
      same.insert(0, "b");
      if (n % 10 === 0) await sleep(15);
    }
    b.provider.disconnect();
    same.insert(0, "offline ");
    first.insert(0, "meanwhile ");
    b.provider.connect();
    a.provider.awareness.setLocalStateField("user", { name: "<script>", color: "red" });
    b.provider.awareness.setLocalStateField("cursor", { anchor: 1 });
    await until("equal texts", () =>
      a.fragment.toString() === b.fragment.toString() &&
      a.fragment.toString().includes("offline") && a.fragment.toString().includes("meanwhile"));
    if (plan.wordsOnly) {
      a.provider.destroy();
      b.provider.destroy();
      return { text: b.fragment.toString() };
    }
    const seenByB = () => b.provider.awareness.getStates().get(a.doc.clientID);
    await until("awareness", () => seenByB()?.user && a.provider.awareness.getStates().get(b.doc.clientID)?.cursor);
    const user = seenByB().user;
    a.provider.destroy();
    await until("leaving", () => !b.provider.awareness.getStates().has(a.doc.clientID));
    b.provider.destroy();
    return { text: b.fragment.toString(), user };
  },

  /* One sends hostile bytes; the others go on. */
  async hostile() {
    const [a, b] = plan.clients.map((headers, index) => client(headers, index));
    await until("sync", () => a.provider.synced && b.provider.synced);
    const socket = new WebSocket(`${plan.url}/ws/v1/documents/${plan.document}`, { headers: plan.clients[0] });
    const code = await new Promise((resolve) => {
      socket.on("open", () => socket.send(Buffer.from(plan.bytes, "base64")));
      socket.on("close", resolve);
    });
    write(a.fragment, "still here");
    await until("words", () => b.fragment.toString().includes("still here"));
    a.provider.destroy();
    b.provider.destroy();
    return { code, text: b.fragment.toString() };
  },

  /* One writes; says "ready" when another has it; goes on when the server is back. */
  async survive() {
    const [a, b] = plan.clients.map((headers, index) => client(headers, index));
    await until("sync", () => a.provider.synced && b.provider.synced);
    const text = write(a.fragment, "before ");
    for (let n = 0; n < 100; n++) text.insert(text.length, "x");
    await until("all at the other", () => b.fragment.toString().includes("before " + "x".repeat(100)));
    process.stdout.write("ready\n");
    await until("the crash", () => !a.provider.wsconnected && !b.provider.wsconnected);
    text.insert(text.length, " while it was away");
    await until("the server", () => a.provider.synced && b.provider.synced, 60);
    await until("the rest", () => b.fragment.toString().includes("while it was away"), 30);
    a.provider.destroy();
    b.provider.destroy();
    return { text: b.fragment.toString() };
  },

  /* One on each of two servers, a reader beside the first; told on standard input what happens to Redis and servers. */
  async neighbours() {
    const [a, b, c] = plan.clients.map((headers, index) => client(headers, index));
    const lines = [];
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => lines.push(line));
    const next = (what) => { process.stdout.write(what + "\n"); return until("the next line", () => lines.shift(), 60); };
    const states = () => b.provider.awareness.getStates();
    const isThere = () => states().has(a.doc.clientID) && states().get(0)?.readers === 1;
    await until("sync", () => [a, b, c].every(({ provider }) => provider.synced));
    a.provider.awareness.setLocalStateField("cursor", { anchor: 1 });
    write(a.fragment, "one");
    await until("words through Redis", () => b.fragment.toString().includes("one"));
    await until("presence through Redis", isThere);
    await next("together");
    write(a.fragment, "two");
    await until("nobody there without Redis", () => !states().has(a.doc.clientID) && !states().get(0), 30);
    const alone = b.fragment.toString();
    await next("alone");
    await until("presence again", isThere, 30);
    write(a.fragment, "three");
    await until("words again", () => b.fragment.toString().includes("two") && b.fragment.toString().includes("three"), 30);
    await next("together again");
    await until("nobody there after the crash", () => !states().has(a.doc.clientID) && !states().get(0), 30);
    return { alone, text: b.fragment.toString(), left: b.provider.wsconnected };
  },

  /* Whoever may not enter is told so and does not come back. */
  async refused() {
    const { provider, closed } = client(plan.clients[0]);
    await until("closing", () => closed.length > 0);
    await sleep(500);
    const result = { closed, shouldConnect: provider.shouldConnect };
    provider.destroy();
    return result;
  },
};

scenarios[plan.scenario]().then(
  (result) => { process.stdout.write(JSON.stringify(result) + "\n"); process.exit(0); },
  (error) => { process.stderr.write(String(error.stack || error) + "\n"); process.exit(1); },
);
