import 'fake-indexeddb/auto'
import './helpers/dom.ts'
import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { eraseKept, knownDatabases } from '../src/offline-names.ts'
import { OfflineCopy, retireOldGenerations } from '../src/offline.ts'

const write = (doc: Y.Doc, text: string): void => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(text)])
  doc.getXmlFragment('prosemirror').push([paragraph])
}

async function visit (generation: string, work: (doc: Y.Doc, copy: OfflineCopy) => void, user = 'user1'): Promise<string> {
  const doc = new Y.Doc()
  const copy = new OfflineCopy({ user, documentId: 'doc1', generation, doc })
  await copy.load()
  work(doc, copy)
  await settle(30)
  await copy.close()
  return doc.getXmlFragment('prosemirror').toString()
}

test('the text is there again after a reload, for the same person and generation only', async () => {
  await visit('g1', doc => write(doc, 'kept'))
  assert.match(await visit('g1', () => {}), /kept/)
  assert.equal(await visit('g1', () => {}, 'user2'), '')
  assert.equal(await visit('g2', () => {}), '')
  await eraseKept()
})

test('it is remembered since when something is unsaved, from the first change on', async () => {
  await visit('g1', (doc, copy) => {
    assert.equal(copy.dirtySince, null)
    copy.markDirty(Y.encodeStateVector(doc))
    write(doc, 'later')
    copy.markDirty(Y.encodeStateVector(doc))
    assert.deepEqual([...copy.dirtySince!], [0])
    copy.markClean()
    assert.equal(copy.dirtySince, null)
  })
  await eraseKept()
})

test('a new generation erases the old copy and hands back what was never saved', async () => {
  await visit('g1', (doc, copy) => {
    write(doc, 'saved before')
    copy.markDirty(Y.encodeStateVector(doc))
    write(doc, 'Never saved, ēna 🙂')
  })
  assert.deepEqual(await retireOldGenerations('user1', 'doc1', 'g2'), ['Never saved, ēna 🙂'])
  assert.deepEqual(await knownDatabases(), [])
  assert.deepEqual(await retireOldGenerations('user1', 'doc1', 'g2'), [])
})

test('a clean old copy is erased without a word, copies of others stay', async () => {
  await visit('g1', doc => write(doc, 'saved'))
  await visit('g1', doc => write(doc, 'of another'), 'user2')
  assert.deepEqual(await retireOldGenerations('user1', 'doc1', 'g2'), [])
  assert.equal((await knownDatabases()).length, 1)
  await eraseKept()
  assert.deepEqual(await knownDatabases(), [])
})
