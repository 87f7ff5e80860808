import 'fake-indexeddb/auto'
import './helpers/dom.ts'
import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { eraseKept, knownDatabases } from '../src/offline-names.ts'
import type { Page } from '../src/page.ts'
import { Rescue } from '../src/rescue.ts'
import { schemaVersion } from '../src/schema.ts'
import { Session } from '../src/session.ts'
import { StatusLine } from '../src/status.ts'
import { TestServer } from './helpers/server.ts'

Object.assign(globalThis, { WebSocket })
let server: TestServer
let session: Session

beforeEach(async () => { server = await TestServer.start() })
afterEach(async () => {
  await (session as any).end()
  await server.stop()
  await eraseKept()
  document.body.replaceChildren()
})

async function until (condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await settle(5)
  }
}

/** A stay with a text without its editor: words are typed into the shared text itself. */
async function enter (keepOffline = true): Promise<(text: string) => void> {
  const element = document.createElement('div')
  const line = document.createElement('div')
  line.id = 'line'
  document.body.append(line, element)
  const page = {
    element, documentId: 'doc1', generation: 'g1', user: 'user1', socket: server.address, canWrite: true, keepOffline, language: 'en', title: 'Plan'
  } as unknown as Page
  const rescue = new Rescue({ user: 'user1', documentId: 'doc1', title: 'Plan', language: 'en', place: element, keep: keepOffline })
  const comments = { attach () {}, detach () {} } as any
  ;(Session.prototype as any).mount = () => {}
  session = new Session({ page, schemaVersion, comments, rescue, status: new StatusLine(line), presence: document.createElement('div'), toolbar: null }, () => {})
  ;(session.provider as any).options.random = () => 0.02
  await until(() => session.provider.synced, 'sync')
  return text => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(text)])
    ;(session as any).doc.getXmlFragment('prosemirror').push([paragraph])
  }
}

const line = (): string => document.getElementById('line')!.textContent!
const offered = (): string[] => [...document.querySelectorAll<HTMLTextAreaElement>('#editor-rescued textarea')].map(area => area.value)
function isWarned (): boolean {
  const leaving = new window.Event('beforeunload', { cancelable: true })
  window.dispatchEvent(leaving)
  return leaving.defaultPrevented
}
const cut = async (): Promise<void> => {
  server.closeAll(4500)
  await until(() => session.provider.connection !== 'open', 'offline')
}

test('leaving is warned of only while something is neither stored nor on this device', async () => {
  server.commits = false
  const type = await enter()
  assert.equal(isWarned(), false)
  type('Words')
  assert.equal(isWarned(), true, 'on the way to the disk')
  await until(() => !isWarned(), 'on this device')
  assert.equal(session.provider.unsaved, true)
})

test('on a shared machine nothing is kept, so leaving is warned of until the receipt', async () => {
  server.commits = false
  const type = await enter(false)
  type('Words')
  await settle(50)
  assert.equal(isWarned(), true)
  server.acknowledgeAll()
  await until(() => !isWarned(), 'stored')
  assert.deepEqual(await knownDatabases(), [])
})

for (const [who, name] of [['nobody', ''], ['somebody else', 'Other']]) {
  test(`a browser that comes back as ${who} sends nothing of whom the page was made for`, async () => {
    const type = await enter()
    await cut()
    type('Mine')
    server.name = name
    await until(() => session.provider.connection === 'ended', 'end')
    assert.equal(line(), 'Signed out')
    assert.equal(server.doc.getXmlFragment('prosemirror').toString(), '')
    assert.deepEqual(offered(), [], 'it waits on this device for its owner')
    assert.equal((await knownDatabases()).length, 1)
  })
}

test('without a copy on the device, the words of somebody signed out are offered at once', async () => {
  const type = await enter(false)
  await cut()
  type('Mine')
  server.name = ''
  await until(() => session.provider.connection === 'ended', 'end')
  assert.deepEqual(offered(), ['Mine'])
  assert.match(document.getElementById('editor-notice')!.textContent!, /You have been signed out\. What was not stored is above the text/)
})

test('a text that was replaced meanwhile is never merged with what was typed', async () => {
  const type = await enter()
  await cut()
  type('Old generation')
  server.generation = 'g2'
  await until(() => session.provider.connection === 'ended', 'end')
  assert.equal(line(), 'Reload needed')
  assert.equal(server.doc.getXmlFragment('prosemirror').toString(), '')
})

test('who may not even read any more is offered the words, and the copy is erased', async () => {
  server.commits = false
  const type = await enter()
  type('Mine')
  server.closeAll(4403)
  await until(() => session.provider.connection === 'ended', 'end')
  assert.equal(line(), 'Closed to you')
  assert.deepEqual(offered(), ['Mine'])
  await settle(30)
  assert.deepEqual(await knownDatabases(), [])
})

test('a refused change is offered with the reason and not sent again', async () => {
  server.refuse = { code: 'document_too_large', message: 'This document is full.' }
  const type = await enter()
  type('Too much')
  await until(() => offered().length > 0, 'offer')
  assert.deepEqual(offered(), ['Too much'])
  assert.match(document.getElementById('editor-rescued')!.textContent!, /This document is full\./)
})
