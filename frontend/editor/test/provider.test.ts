import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { WebSocket } from 'ws'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { changedPassages, missingOnServer } from '../src/changes.ts'
import { deletionsOf, withoutKnownDeletions } from '../src/deletions.ts'
import { FROM_DEVICE } from '../src/offline-names.ts'
import { DocumentProvider } from '../src/provider.ts'
import { retryDelay } from '../src/retry.ts'
import { TestServer } from './helpers/server.ts'

let server: TestServer
const open: DocumentProvider[] = []
const presences: Awareness[] = []
const restore: (() => void)[] = []

beforeEach(async () => { server = await TestServer.start() })
afterEach(async () => {
  restore.splice(0).reverse().forEach(back => back())
  open.splice(0).forEach(provider => { provider.destroy() })
  presences.splice(0).forEach(awareness => { awareness.destroy() })
  await server.stop()
})

function join (doc = new Y.Doc(), canWrite = true): { doc: Y.Doc, provider: DocumentProvider, awareness: Awareness } {
  const awareness = new Awareness(doc)
  const provider = new DocumentProvider({
    address: server.address, generation: 'g1', schemaVersion: 1, doc, awareness, canWrite, WebSocket: WebSocket as any, random: () => 0.02
  })
  open.push(provider)
  presences.push(awareness)
  provider.connect()
  return { doc, provider, awareness }
}

async function until (condition: () => boolean, what: string, ms = 3000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const paragraph = (doc: Y.Doc, text: string): Y.XmlText => {
  const words = new Y.XmlText(text)
  const element = new Y.XmlElement('paragraph')
  element.insert(0, [words])
  doc.getXmlFragment('prosemirror').push([element])
  return words
}
const content = (doc: Y.Doc): string => doc.getXmlFragment('prosemirror').toString()

test('the connection asks for receipts and names schema and generation', async () => {
  const { provider } = join()
  await until(() => provider.synced, 'sync')
  const query = server.queries[0]
  assert.deepEqual([query.get('receipts'), query.get('schema'), query.get('generation')], ['1', '1', 'g1'])
})

test('saved only after the receipt', async () => {
  server.commits = false
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  assert.equal(provider.unsaved, false)
  paragraph(doc, 'Words')
  assert.equal(provider.unsaved, true)
  await until(() => content(server.doc).includes('Words'), 'arrival')
  assert.equal(provider.unsaved, true, 'arrived is not committed')
  server.acknowledgeAll()
  await until(() => !provider.unsaved, 'receipt')
})

test('several changes of one moment travel as one frame', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  const words = paragraph(doc, 'a')
  words.insert(1, 'b')
  words.insert(2, 'c')
  await until(() => content(server.doc).includes('abc'), 'arrival')
  assert.equal(server.received.filter(frame => frame.step === 2).length, 1)
  await until(() => !provider.unsaved, 'receipt')
})

test('what was written offline goes with the answer to step 1 and two people converge', async () => {
  const first = join()
  await until(() => first.provider.synced, 'sync')
  const words = paragraph(first.doc, 'Common')
  await until(() => !first.provider.unsaved, 'receipt')
  const second = join()
  await until(() => content(second.doc).includes('Common'), 'second')
  server.closeAll(4500)
  await until(() => first.provider.connection === 'offline', 'offline')
  words.insert(6, ' offline')
  assert.equal(first.provider.unsaved, true)
  await until(() => !first.provider.unsaved && first.provider.synced, 'saved after reconnection')
  await until(() => content(second.doc).includes('Common offline'), 'convergence')
  assert.equal(content(first.doc), content(server.doc))
})

test('a text that brings nothing new sends an empty answer, also with deletions in it', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  paragraph(doc, 'long text').delete(0, 4)
  await until(() => !provider.unsaved, 'receipt')
  server.received.length = 0
  server.closeAll(4500)
  await until(() => provider.connection === 'offline', 'offline')
  await until(() => provider.synced, 'again')
  await until(() => server.received.length > 0, 'answer')
  assert.deepEqual(server.received.map(frame => [...frame.update]), [[0, 0]])
  assert.equal(provider.unsaved, false)
})

test('a deletion made offline is sent although state vectors do not show it', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  const words = paragraph(doc, 'long text')
  await until(() => !provider.unsaved, 'receipt')
  server.closeAll(4500)
  await until(() => provider.connection === 'offline', 'offline')
  words.delete(0, 5)
  await until(() => provider.synced && !provider.unsaved, 'saved')
  assert.match(content(server.doc), /<paragraph>text<\/paragraph>/)
})

test('the server may ask for everything again', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  paragraph(doc, 'Words')
  await until(() => !provider.unsaved, 'receipt')
  server.received.length = 0
  server.askAgain()
  await until(() => server.received.length === 1, 'answer')
  assert.equal(server.received[0].step, 1)
})

test('a refused change is told with its reason', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  server.refuse = { code: 'cannot_be_applied', message: 'No.' }
  const told: string[] = []
  provider.on('refused', refusal => told.push(`${refusal.code}: ${refusal.message}`))
  paragraph(doc, 'Words')
  await until(() => told.length > 0, 'refusal')
  assert.deepEqual(told, ['cannot_be_applied: No.'])
  assert.deepEqual(changedPassages(doc.getXmlFragment('prosemirror'), provider.savedVector!).map(one => one.text), ['Words'])
})

test('a change longer than the server takes is not sent', async () => {
  server.maxFrame = 50
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  let code = ''
  provider.on('refused', refusal => { code = refusal.code })
  paragraph(doc, 'x'.repeat(200))
  await until(() => code === 'too_large', 'refusal')
  assert.equal(server.received.some(frame => frame.update.length > 50), false)
  paragraph(doc, 'y')
  await until(() => server.received.length > 0, 'a shorter one')
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.equal(provider.unsaved, true, 'never said to be saved')
})

test('a reader receives and never sends', async () => {
  server.canWrite = false
  paragraph(server.doc, 'To read')
  const { doc, provider } = join(new Y.Doc(), false)
  await until(() => provider.synced, 'sync')
  assert.match(content(doc), /To read/)
  paragraph(doc, 'forged')
  await new Promise(resolve => setTimeout(resolve, 50))
  assert.equal(server.received.length, 0)
})

test('losing the right with something unsaved strands what the server really lacks; a new right sends it', async () => {
  server.commits = false
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  let stranded = 0
  provider.on('stranded', () => { stranded += 1 })
  server.tellState(2)
  await until(() => !provider.canWrite, 'read only')
  assert.equal(stranded, 0, 'nothing unsaved, nothing stranded')
  server.tellState(3)
  await until(() => provider.canWrite && provider.synced, 'may write again')
  paragraph(doc, 'stored but without a receipt')
  await until(() => content(server.doc).includes('receipt'), 'arrival')
  server.canWrite = false
  server.tellState(2)
  await until(() => !provider.canWrite && provider.synced && !provider.unsaved, 'found on the server')
  assert.equal(stranded, 0)
  paragraph(doc, 'late')
  server.closeAll(4500)
  await until(() => stranded > 0, 'stranded')
  assert.deepEqual(changedPassages(doc.getXmlFragment('prosemirror'), provider.savedVector!).map(one => one.text), ['late'])
  server.commits = server.canWrite = true
  server.tellState(3)
  await until(() => content(server.doc).includes('late'), 'sent after all')
})

test('44xx ends, 45xx tries again', async () => {
  const { provider } = join()
  await until(() => provider.synced, 'sync')
  server.closeAll(4500)
  await until(() => provider.connection === 'offline', 'offline')
  await until(() => provider.synced, 'again')
  let ended = 0
  provider.on('ended', ({ code }) => { ended = code })
  server.closeAll(4403)
  await until(() => ended === 4403, 'end')
  await new Promise(resolve => setTimeout(resolve, 700))
  assert.equal(server.sockets.size, 0)
})

test('storage trouble is told and its end too', async () => {
  const { provider } = join()
  await until(() => provider.synced, 'sync')
  server.tellState(1)
  await until(() => provider.storageTrouble, 'trouble')
  server.tellState(0)
  await until(() => !provider.storageTrouble, 'end of trouble')
})

test('missing deletions are found even when ranges are cut differently', () => {
  const a = new Y.Doc()
  const words = paragraph(a, 'abcdef')
  const b = new Y.Doc()
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  words.delete(0, 2)
  assert.notEqual(missingOnServer(a, Y.encodeStateVector(b), Y.encodeStateAsUpdate(b)), null)
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  assert.equal(missingOnServer(a, Y.encodeStateVector(b), Y.encodeStateAsUpdate(b)), null)
})

test('rescued words are those of blocks with unsaved text and say where they stood, in Latvian and with emoji too', () => {
  const doc = new Y.Doc()
  paragraph(doc, 'Saglabāts')
  const title = new Y.XmlElement('heading')
  title.insert(0, [new Y.XmlText('Mērķi')])
  doc.getXmlFragment('prosemirror').push([title])
  const second = paragraph(doc, 'Otrais ')
  ;(second.parent as Y.XmlElement).setAttribute('id', 'block0000002')
  const vector = Y.encodeStateVector(doc)
  second.insert(7, 'jauns 🙂')
  assert.deepEqual(changedPassages(doc.getXmlFragment('prosemirror'), vector), [{ under: 'Mērķi', block: 'block0000002', text: 'Otrais jauns 🙂' }])
})

/** Moves the clock of this program; what runs by real timers is not touched. */
function later (ms: number): void {
  const { now } = Date
  const before = now
  Date.now = () => before() + ms
  restore.push(() => { Date.now = now })
}
const look = (provider: DocumentProvider): void => (provider as any).pulse.look()

test('a lost receipt never becomes "saved": it is said after 15 s, and a new connection finds the truth', async () => {
  server.loseReceipts = 1
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  paragraph(doc, 'Words')
  await until(() => content(server.doc).includes('Words'), 'arrival')
  later(14_000)
  look(provider)
  assert.deepEqual([provider.unsaved, provider.overdue], [true, false])
  later(2000)
  look(provider)
  assert.deepEqual([provider.unsaved, provider.overdue], [true, true])
  assert.equal(server.queries.length, 1)
  const before = server.received.length
  later(30_000)
  look(provider)
  await until(() => !provider.unsaved && !provider.overdue && provider.synced, 'saved')
  assert.equal(server.queries.length, 2)
  await until(() => server.received.length > before, 'the answer of the new connection')
  assert.deepEqual([...server.received.at(-1)!.update], [0, 0], 'the server had it: nothing is sent twice')
})

test('a frame that got lost with its connection is sent again and counted anew', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  paragraph(doc, 'Before')
  await until(() => !provider.unsaved, 'saved')
  server.sleep()
  paragraph(doc, 'Into the void')
  await Promise.resolve()
  later(50_000)
  look(provider)
  await until(() => content(server.doc).includes('Into the void') && !provider.unsaved, 'saved after all')
  assert.equal(server.received.at(-1)!.step, 1)
})

test('a server in trouble is waited for, however long', async () => {
  server.commits = false
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  server.tellState(1)
  await until(() => provider.storageTrouble, 'trouble')
  paragraph(doc, 'Words')
  await until(() => content(server.doc).includes('Words'), 'arrival')
  later(60_000)
  look(provider)
  assert.equal(server.queries.length, 1)
  server.acknowledgeAll()
  await until(() => !provider.unsaved, 'receipt')
})

test('after sleep a dead connection is replaced within seconds by a new one that sends only the difference', async () => {
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  paragraph(doc, 'x'.repeat(5000)).delete(0, 10)
  await until(() => !provider.unsaved, 'saved')
  server.sleep()
  paragraph(doc, 'On the train')
  later(3_600_000)
  look(provider)
  await until(() => content(server.doc).includes('On the train') && !provider.unsaved, 'sent on a new connection', 8000)
  assert.ok(server.received.at(-1)!.update.length < 200, 'neither the old text nor old deletions')
})

test('2,000 tabs of a restarted server do not come back in the same second', () => {
  let seed = 1
  const random = (): number => { seed = (seed * 48271) % 2147483647; return seed / 2147483647 }
  const seconds = (attempt: number, hidden = false, code?: number): number[] => {
    const counts: number[] = []
    for (let n = 0; n < 2000; n += 1) {
      const second = Math.floor(retryDelay({ attempt, hidden, code }, random) / 1000)
      counts[second] = (counts[second] ?? 0) + 1
    }
    return counts
  }
  assert.ok(Math.max(...seconds(0)) < 600)
  assert.ok(Math.max(...seconds(2)) < 200)
  assert.ok(Math.max(...seconds(0, true)) < 200, 'tabs that nobody looks at take their time')
  for (const counts of [seconds(9), seconds(0, true), seconds(3, false, 4529), seconds(0, false, 4503)]) assert.ok(counts.length <= 15)
  assert.equal(seconds(0, false, 4529).slice(0, 5).some(Boolean), false, 'who was too fast pauses first')
})

test('a server that asks for a pause is named', async () => {
  const { provider } = join()
  await until(() => provider.synced, 'sync')
  server.closeAll(4529)
  await until(() => provider.pause === 'too_fast', 'too fast')
  ;(provider as any).hurry()
  await until(() => provider.synced && provider.pause === null, 'again')
  server.closeAll(4503)
  await until(() => provider.pause === 'server_full', 'full')
})

test('very much written offline goes in parts that fit, each a valid text that builds on what is there', async () => {
  server.maxFrame = 40_000
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  const reader = new Y.Doc()
  const incomplete: string[] = []
  server.doc.on('update', update => {
    Y.applyUpdate(reader, update)
    // every change of ours makes a list with its item at once: a part must never end between them
    for (const list of reader.getXmlFragment('prosemirror').toArray() as Y.XmlElement[]) if (list.length === 0) incomplete.push(list.nodeName)
  })
  server.closeAll(4500)
  await until(() => provider.connection === 'offline', 'offline')
  for (let n = 0; n < 400; n += 1) {
    doc.transact(() => {
      const list = new Y.XmlElement('bullet_list')
      doc.getXmlFragment('prosemirror').push([list])
      const words = new Y.XmlText(`${n} ${'words '.repeat(60)}`)
      list.insert(0, [words])
      if (n % 5 === 0) words.delete(0, 3)
    })
  }
  doc.getXmlFragment('prosemirror').delete(10, 5)
  await until(() => provider.synced && !provider.unsaved, 'saved')
  assert.equal(content(server.doc), content(doc))
  assert.deepEqual(server.faults, [])
  assert.deepEqual(incomplete, [])
  assert.ok(server.received.filter(frame => frame.update.length > 2).length >= 5)
})

test('parts go on where they stopped, also with words of an earlier visit and of somebody else between', async () => {
  server.maxFrame = 40_000
  const earlier = new Y.Doc()
  const kept: Uint8Array[] = []
  earlier.on('update', update => kept.push(update))
  for (let n = 0; n < 600; n += 1) paragraph(earlier, `${n} ${'earlier '.repeat(30)}`)
  paragraph(server.doc, 'of somebody else')
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  const provider = new DocumentProvider({
    address: server.address, generation: 'g1', schemaVersion: 1, doc, awareness, canWrite: true, WebSocket: WebSocket as any, random: () => 0.02
  })
  open.push(provider)
  presences.push(awareness)
  kept.forEach(update => Y.applyUpdate(doc, update, FROM_DEVICE))
  doc.getXmlFragment('prosemirror').delete(0, 3)
  paragraph(doc, 'today')
  server.closeAfter = 2
  provider.connect()
  await until(() => server.queries.length === 2, 'interrupted')
  await until(() => provider.synced && !provider.unsaved, 'saved')
  assert.equal(content(server.doc), content(doc))
  assert.deepEqual(server.faults, [])
})

test('deletions that the server knows are taken out of a difference, the others stay', () => {
  const a = new Y.Doc()
  const words = paragraph(a, 'abcdefgh')
  words.delete(2, 1)
  const b = new Y.Doc()
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  words.delete(0, 1)
  paragraph(a, 'new')
  const missing = missingOnServer(a, Y.encodeStateVector(b), Y.encodeStateAsUpdate(b))!
  assert.equal([...deletionsOf(missing).values()].flat().length, 1)
  Y.applyUpdate(b, missing)
  assert.equal(content(b), content(a))
  assert.equal(withoutKnownDeletions(Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)), deletionsOf(Y.encodeStateAsUpdate(b))), null)
})

test('taken for gone, a browser says that it is here; what others say is not sent back', async () => {
  const { provider, awareness, doc } = join()
  await until(() => provider.synced && server.presences.length > 0, 'presence')
  const told = server.presences.length
  const clock = awareness.meta.get(doc.clientID)!.clock
  server.takeForGone(doc.clientID + 1, 7)
  server.takeForGone(doc.clientID, clock)
  await until(() => server.presences.length > told, 'its answer')
  assert.ok(awareness.meta.get(doc.clientID)!.clock > clock)
  assert.ok(awareness.getLocalState() !== null)
  assert.equal(server.presences.length, told + 1)
})
