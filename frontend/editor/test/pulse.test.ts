import './helpers/dom.ts'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { Pulse } from '../src/pulse.ts'

let state: 'none' | 'opening' | 'open' = 'open'
let heardAt = 0
let answers = true
let isWaiting = false
let calls: string[] = []
let pulse: Pulse

beforeEach(() => {
  mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'], now: 1_000_000 })
  ;[state, heardAt, answers, isWaiting, calls] = ['open', Date.now(), true, false, []]
  pulse = new Pulse({
    state: () => state,
    heardAt: () => heardAt,
    isWaiting: () => isWaiting,
    ask: () => {
      calls.push('ask')
      if (answers) setTimeout(() => { heardAt = Date.now() }, 100)
    },
    dead: () => { calls.push('dead'); state = 'none' },
    hurry: () => calls.push('hurry'),
    looked: () => {}
  })
})
afterEach(() => {
  pulse.stop()
  mock.timers.reset()
})

const pass = (seconds: number): void => { for (let n = 0; n < seconds * 10; n += 1) mock.timers.tick(100) }
/** Nothing of this program runs, but the clock does. */
function sleep (seconds: number): void { mock.timers.setTime(Date.now() + seconds * 1000) }

test('a connection on which something comes is left alone', () => {
  for (let n = 0; n < 10; n += 1) { pass(15); heardAt = Date.now() }
  assert.deepEqual(calls, [])
})

test('silence is a reason to ask, no answer one to give up', () => {
  pass(24)
  assert.deepEqual(calls, ['ask'])
  answers = false
  pass(22)
  assert.deepEqual(calls, ['ask', 'ask'])
  pass(5)
  assert.deepEqual(calls, ['ask', 'ask', 'dead'])
})

test('while something waits for its receipt, silence is shorter', () => {
  isWaiting = true
  answers = false
  pass(13)
  assert.deepEqual(calls, ['ask', 'dead'])
})

test('after sleep a connection that answers is kept', () => {
  sleep(3600)
  pass(10)
  assert.deepEqual(calls, ['ask'])
})

test('after sleep a dead connection is found within seconds, and a missing one made at once', () => {
  answers = false
  sleep(3600)
  pass(7)
  assert.deepEqual(calls, ['ask', 'dead'])
  sleep(3600)
  pass(3)
  assert.deepEqual(calls, ['ask', 'dead', 'hurry'])
})

test('the net coming back and the tab being looked at are reasons to try now', () => {
  window.dispatchEvent(new window.Event('online'))
  state = 'none'
  document.dispatchEvent(new window.Event('visibilitychange'))
  assert.deepEqual(calls, ['ask', 'hurry'])
})

test('a connection that does not open is given up', () => {
  state = 'opening'
  pass(9)
  assert.deepEqual(calls, [])
  pass(4)
  assert.deepEqual(calls, ['dead'])
})
