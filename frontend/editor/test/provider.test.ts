import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { WebSocket } from 'ws'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { changedTexts, missingOnServer } from '../src/changes.ts'
import { DocumentProvider } from '../src/provider.ts'
import { TestServer } from './helpers/server.ts'

let server: TestServer
const open: DocumentProvider[] = []
const presences: Awareness[] = []

beforeEach(async () => { server = await TestServer.start() })
afterEach(async () => {
  open.splice(0).forEach(provider => { provider.destroy() })
  presences.splice(0).forEach(awareness => { awareness.destroy() })
  await server.stop()
})

function join (doc = new Y.Doc(), canWrite = true): { doc: Y.Doc, provider: DocumentProvider, awareness: Awareness } {
  const awareness = new Awareness(doc)
  const provider = new DocumentProvider({
    address: server.address, generation: 'g1', schemaVersion: 1, doc, awareness, canWrite, WebSocket: WebSocket as any, random: () => 0
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
  server.closeAll(4503)
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
  assert.deepEqual(changedTexts(doc.getXmlFragment('prosemirror'), provider.savedVector!), ['Words'])
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

test('losing the right with something unsaved strands it; a new right sends it', async () => {
  server.commits = false
  const { doc, provider } = join()
  await until(() => provider.synced, 'sync')
  let stranded = 0
  provider.on('stranded', () => { stranded += 1 })
  server.tellState(2)
  await until(() => !provider.canWrite, 'read only')
  assert.equal(stranded, 0, 'nothing unsaved, nothing stranded')
  paragraph(doc, 'late')
  server.tellState(2)
  await until(() => stranded > 0, 'stranded')
  server.commits = true
  server.tellState(3)
  await until(() => content(server.doc).includes('late'), 'sent after all')
})

test('44xx ends, 45xx tries again', async () => {
  const { provider } = join()
  await until(() => provider.synced, 'sync')
  server.closeAll(4503)
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

test('rescued words are those of blocks with unsaved text, in Latvian and with emoji too', () => {
  const doc = new Y.Doc()
  paragraph(doc, 'Saglabāts')
  const second = paragraph(doc, 'Otrais ')
  const vector = Y.encodeStateVector(doc)
  second.insert(7, 'jauns 🙂')
  assert.deepEqual(changedTexts(doc.getXmlFragment('prosemirror'), vector), ['Otrais jauns 🙂'])
})
