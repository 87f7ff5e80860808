import 'fake-indexeddb/auto'
import './helpers/dom.ts'
import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import * as Y from 'yjs'
import { eraseKept, hasUnsent, knownDatabases } from '../src/offline-names.ts'
import { OfflineCopy, retireCopies } from '../src/offline.ts'

const SERVER = Symbol('server')
const opened: OfflineCopy[] = []

afterEach(async () => {
  opened.splice(0).forEach(copy => copy.close())
  await eraseKept()
})

const write = (doc: Y.Doc, text: string): void => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(text)])
  doc.getXmlFragment('prosemirror').push([paragraph])
}
const content = (doc: Y.Doc): string => doc.getXmlFragment('prosemirror').toString()

/** What the server sends: changes of somebody else. */
function hear (doc: Y.Doc, text: string): void {
  const other = new Y.Doc()
  write(other, text)
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), SERVER)
}

async function open (generation = 'g1', user = 'user1'): Promise<{ doc: Y.Doc, copy: OfflineCopy }> {
  const doc = new Y.Doc()
  const copy = new OfflineCopy({ user, documentId: 'doc1', generation, doc, server: SERVER, changed () {} })
  opened.push(copy)
  await copy.load()
  return { doc, copy }
}

async function visit (generation: string, work: (doc: Y.Doc, copy: OfflineCopy) => void, user = 'user1'): Promise<string> {
  const { doc, copy } = await open(generation, user)
  work(doc, copy)
  while (!copy.keptAll) await settle(5)
  copy.close()
  return content(doc)
}

async function retired (keep: string | null, taken = true): Promise<string[]> {
  const words: string[] = []
  await retireCopies({ user: 'user1', documentId: 'doc1', keep, rescue: passages => { words.push(...passages.map(one => one.text)); return taken } })
  return words
}

test('the text is there again after a reload, for the same person and generation only', async () => {
  await visit('g1', doc => write(doc, 'kept'))
  assert.match(await visit('g1', () => {}), /kept/)
  assert.equal(await visit('g1', () => {}, 'user2'), '')
  assert.equal(await visit('g2', () => {}), '')
})

test('what came from the server counts as stored, what was typed only after its receipt', async () => {
  await visit('g1', doc => hear(doc, 'From the server'))
  const second = await open()
  assert.equal(second.copy.unsentSince, null)
  write(second.doc, 'Typed')
  while (!second.copy.keptAll) await settle(5)
  second.copy.close()
  const third = await open()
  assert.notEqual(third.copy.unsentSince, null)
  third.copy.markStored(Y.encodeStateVector(third.doc))
  await settle(600)
  third.copy.close()
  assert.equal((await open()).copy.unsentSince, null)
})

test('receipts are noted also while somebody types without a pause', async () => {
  const { doc, copy } = await open()
  write(doc, 'the first one')
  const end = Date.now() + 1000
  while (Date.now() < end) {
    write(doc, 'more')
    copy.markStored(Y.encodeStateVector(doc))
    await settle(50)
  }
  write(doc, 'the last one')
  while (!copy.keptAll) await settle(5)
  copy.close()
  const offered = await retired('g2')
  assert.deepEqual([offered.includes('the first one'), offered.includes('the last one')], [false, true])
})

test('a tab that is saved does not make the unsent words of another tab forgotten', async () => {
  const offline = await open()
  const online = await open()
  write(offline.doc, 'Only in the tunnel')
  write(online.doc, 'Stored')
  online.copy.markStored(Y.encodeStateVector(online.doc))
  await settle(600)
  offline.copy.close()
  online.copy.close()
  const later = await open()
  assert.notEqual(later.copy.unsentSince, null)
  assert.match(content(later.doc), /Only in the tunnel/)
  later.copy.close()
  assert.deepEqual(await retired('g2'), ['Only in the tunnel'])
})

test('a new generation erases the old copy and hands back what was never stored', async () => {
  await visit('g1', doc => {
    hear(doc, 'stored before')
    write(doc, 'Never stored, ēna 🙂')
  })
  assert.deepEqual(await retired('g2', false), ['Never stored, ēna 🙂'])
  assert.equal((await knownDatabases()).length, 1, 'what nobody took is not erased')
  assert.deepEqual(await retired('g2'), ['Never stored, ēna 🙂'])
  assert.deepEqual(await knownDatabases(), [])
  assert.deepEqual(await retired('g2'), [])
})

test('who may not write any more gets the unsent words of this generation too', async () => {
  await visit('g1', doc => write(doc, 'Written before the phase ended'))
  assert.deepEqual(await retired('g1'), [])
  assert.deepEqual(await retired(null), ['Written before the phase ended'])
})

test('a clean old copy is erased without a word, copies of others stay', async () => {
  await visit('g1', doc => hear(doc, 'stored'))
  await visit('g1', doc => hear(doc, 'of another'), 'user2')
  assert.deepEqual(await retired('g2'), [])
  assert.equal((await knownDatabases()).length, 1)
})

test('signing out in another tab erases the copy here and nothing is kept again', async () => {
  const { doc, copy } = await open()
  write(doc, 'private')
  copy.markUnsent()
  assert.equal(hasUnsent(), true)
  while (!copy.keptAll) await settle(5)
  await eraseKept()
  assert.equal(copy.erased && !copy.working, true)
  write(doc, 'after')
  copy.markUnsent()
  await settle(20)
  assert.equal(hasUnsent(), false)
  assert.deepEqual((await indexedDB.databases()).map(database => database.name), [])
})

test('a copy that was cleared is not sent again; another tab keeps its own', async () => {
  const refused = await open()
  const other = await open()
  write(refused.doc, 'refused')
  write(other.doc, 'good')
  await refused.copy.clear()
  // jsdom tells other windows only
  window.dispatchEvent(new (window as any).StorageEvent('storage', { key: 'koprade:cleared:koprade:text:user1:doc1:g1' }))
  while (!other.copy.keptAll) await settle(5)
  other.copy.close()
  const kept = await visit('g1', () => {})
  assert.match(kept, /good/)
  assert.doesNotMatch(kept, /refused/)
})

test('many rows are put together once all is stored', async () => {
  await visit('g1', (doc, copy) => {
    for (let n = 0; n < 600; n += 1) write(doc, `n${n}`)
    copy.markStored(Y.encodeStateVector(doc))
  })
  const { doc, copy } = await open()
  copy.markStored(Y.encodeStateVector(doc))
  await settle(600)
  while (!copy.keptAll) await settle(5)
  assert.equal((copy as any).device.rowCount, 1)
  copy.close()
  assert.match(await visit('g1', () => {}), /n599/)
})

test('a browser that keeps nothing is told from one that does, and editing goes on', async () => {
  const { doc, copy } = await open()
  let told = 0
  ;(copy as any).options.changed = () => { told += 1 }
  const { add } = IDBObjectStore.prototype
  IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError') }
  try {
    write(doc, 'too much')
  } finally {
    IDBObjectStore.prototype.add = add
  }
  assert.equal(copy.working, false)
  assert.equal(told, 1)
  write(doc, 'goes on')
  const { open: before } = indexedDB
  ;(indexedDB as any).open = () => { throw new Error('private window') }
  try {
    assert.equal((await open('g3')).copy.working, false)
  } finally {
    ;(indexedDB as any).open = before
  }
})
