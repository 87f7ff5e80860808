import './helpers/dom.ts'
import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Passage } from '../src/changes.ts'
import { Rescue, type RescueOptions } from '../src/rescue.ts'
import { StatusLine, statusOf, statusText, type StatusInput } from '../src/status.ts'

const passage = (text: string, under = ''): Passage => ({ text, under, block: 'block1' })
const panel = (): HTMLElement | null => document.getElementById('editor-rescued')
const press = (label: string): void => [...panel()!.querySelectorAll('button')].find(button => button.textContent!.includes(label))!.click()

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  document.body.replaceChildren()
})

function rescueOf (options: Partial<RescueOptions> = {}): Rescue {
  const place = document.createElement('div')
  document.body.append(place)
  return new Rescue({ user: 'user', documentId: 'doc1', title: 'Plan', place, language: 'en', keep: true, ...options })
}

test('rescued words are offered with the titles above them until they are discarded, and survive a reload', () => {
  const rescue = rescueOf()
  rescue.show()
  rescue.keep([], 'Why')
  assert.equal(panel(), null)
  assert.equal(rescue.keep([passage('First'), passage('Second', 'Aims'), passage('Third', 'Aims')], 'You may no longer write here.'), true)
  rescueOf().show()
  assert.equal(panel()!.querySelector('textarea')!.value, 'First\n\nIn “Aims”:\nSecond\n\nThird')
  assert.match(panel()!.textContent!, /You may no longer write here\./)
  assert.match(panel()!.textContent!, /kept on this device until/)
  window.confirm = () => false
  press('Discard')
  assert.notEqual(panel(), null)
  window.confirm = () => true
  press('Discard')
  assert.equal(panel(), null)
  assert.equal(localStorage.length, 0)
})

test('two tabs that hand back the same words offer them once, different ones both', () => {
  const first = rescueOf()
  const second = rescueOf()
  first.keep([passage('Same')], 'A')
  second.keep([passage('Same')], 'B')
  second.keep([passage('Other')], 'B')
  first.keep([passage('Third')], 'A')
  assert.deepEqual([...panel()!.querySelectorAll('textarea')].map(area => area.value), ['Same', 'Other', 'Third'])
})

test('on a shared machine words are kept for the tab only, and the panel says so', () => {
  rescueOf({ keep: false }).keep([passage('Words')], 'Why')
  assert.equal(localStorage.length, 0)
  assert.match(panel()!.textContent!, /only while this tab is open/)
  rescueOf({ keep: false }).show()
  assert.match(panel()!.querySelector('textarea')!.value, /Words/)
})

test('a full browser does not lose the words: the page shows them and warns before it is left', () => {
  const { setItem } = Object.getPrototypeOf(localStorage) as Storage
  Object.getPrototypeOf(localStorage).setItem = () => { throw new Error('QuotaExceededError') }
  try {
    assert.equal(rescueOf().keep([passage('Words')], 'Why'), false)
  } finally {
    Object.getPrototypeOf(localStorage).setItem = setItem
  }
  assert.equal(panel()!.querySelector('textarea')!.value, 'Words')
  const leaving = new window.Event('beforeunload', { cancelable: true })
  window.dispatchEvent(leaving)
  assert.equal(leaving.defaultPrevented, true)
  window.confirm = () => true
  press('Discard')
  const later = new window.Event('beforeunload', { cancelable: true })
  window.dispatchEvent(later)
  assert.equal(later.defaultPrevented, false)
})

test('the state line says what is true', () => {
  const base: StatusInput = {
    connection: 'open', synced: true, canWrite: true, unsaved: false, storageTrouble: false, overdue: false, pause: null, wasConnected: true
  }
  const cases: [Partial<StatusInput>, string][] = [
    [{}, 'saved'], [{ unsaved: true }, 'saving'], [{ unsaved: true, overdue: true }, 'not_stored'],
    [{ connection: 'offline', synced: false, unsaved: true }, 'offline'], [{ connection: 'offline', synced: false, canWrite: false }, 'offline_reading'],
    [{ connection: 'offline', synced: false, pause: 'too_fast' }, 'too_fast'], [{ connection: 'offline', synced: false, pause: 'server_full' }, 'server_full'],
    [{ connection: 'offline', synced: false, unsaved: true, overdue: true }, 'not_stored'],
    [{ canWrite: false }, 'read_only'], [{ storageTrouble: true, unsaved: true, overdue: true }, 'storage_trouble'],
    [{ connection: 'ended', synced: false }, 'ended'],
    [{ connection: 'connecting', synced: false, wasConnected: false }, 'loading'], [{ connection: 'open', synced: false }, 'offline']
  ]
  for (const [change, expected] of cases) assert.equal(statusOf({ ...base, ...change }), expected, JSON.stringify(change))
})

test('whenever it is in doubt, the state says where the changes are', () => {
  for (const kind of ['offline', 'not_stored', 'storage_trouble', 'too_fast', 'server_full'] as const) {
    assert.match(statusText({ kind, kept: true }), /Your changes are kept on this device\.$/)
    assert.match(statusText({ kind, kept: false }), /nothing is kept on this device\.$/)
  }
  assert.equal(statusText({ kind: 'saved', kept: false }), 'Saved')
  assert.equal(statusText({ kind: 'ended', kept: true, ending: 'reload_needed' }), 'Reload needed')
})

test('the state is read out when something is wrong and when it is well again, not while all is well', async () => {
  const element = document.createElement('div')
  document.body.append(element)
  const heard = (): string => document.getElementById('koprade-announcer')?.textContent ?? ''
  const line = new StatusLine(element)
  line.show({ kind: 'saved', kept: true })
  await settle(80)
  assert.equal(heard(), '')
  line.show({ kind: 'offline', kept: true })
  await settle(80)
  assert.match(heard(), /^Offline\./)
  line.show({ kind: 'offline', kept: false })
  await settle(80)
  assert.match(heard(), /nothing is kept/)
  line.show({ kind: 'saved', kept: true })
  await settle(80)
  assert.equal(heard(), 'Saved')
})

test('Ctrl+S says that everything is stored, and when, also to those who hear it', async () => {
  const element = document.createElement('div')
  document.body.append(element)
  const line = new StatusLine(element)
  line.show({ kind: 'saved', kept: true })
  line.reassure(() => new Date(2026, 4, 1, 14, 7), 'en-GB')
  const notice = (): string => document.getElementById('editor-notice')!.textContent!
  assert.equal(notice(), 'Saved: everything is stored as you type. Last stored at 14:07.')
  await settle(80)
  assert.equal(document.getElementById('koprade-announcer')!.textContent, notice())
  line.show({ kind: 'storage_trouble', kept: true })
  line.reassure(() => new Date(), 'en-GB')
  assert.doesNotMatch(notice(), /everything is stored/)
  assert.match(notice(), /cannot save/)
})

test('Ctrl+S while something is on its way does not say "saved" before it is', () => {
  const element = document.createElement('div')
  document.body.append(element)
  const line = new StatusLine(element)
  let at: Date | null = null
  line.show({ kind: 'saved', kept: true })
  line.show({ kind: 'saving', kept: true })
  assert.match(element.textContent!, /Saved/, 'too short to be shown')
  line.reassure(() => at, 'en-GB')
  const notice = (): string => document.getElementById('editor-notice')!.textContent!
  assert.equal(notice(), 'Saving…')
  at = new Date(2026, 4, 1, 14, 8)
  line.show({ kind: 'saved', kept: true })
  assert.equal(notice(), 'Saved: everything is stored as you type. Last stored at 14:08.')
})
