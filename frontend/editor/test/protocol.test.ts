/** The frames that the server's tests read too: both sides mean the same by them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { awarenessFrame, readFrame, syncFrame, type Frame } from '../src/protocol.ts'

interface Sample { name: string, from: string, type: number, sync?: number, payload?: string, frame: string, [key: string]: unknown }
const file = new URL('../../../fixtures/protocol/frames.json', import.meta.url)
const samples = (JSON.parse(readFileSync(file, 'utf8')) as { frames: Sample[] }).frames
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64')

function check (sample: Sample, frame: Frame): void {
  switch (frame.type) {
    case 'step1': assert.deepEqual([sample.type, sample.sync, base64(frame.vector)], [0, 0, sample.payload]); break
    case 'update': assert.deepEqual([sample.type, sample.sync, base64(frame.update)], [0, frame.isStep2 ? 1 : 2, sample.payload]); break
    case 'awareness': assert.deepEqual([sample.type, base64(frame.update)], [1, sample.payload]); break
    case 'query': assert.equal(sample.type, 3); break
    case 'receipt': assert.deepEqual([sample.type, sample.count, sample.sequence], [100, frame.count, frame.sequence]); break
    case 'refusal': assert.deepEqual([sample.type, sample.number, sample.code, sample.message],
      [101, frame.refusal.frame, frame.refusal.code, frame.refusal.message]); break
    case 'state': assert.deepEqual([sample.type, sample.state], [102, frame.state]); break
    case 'hello': {
      const { generation, canWrite, sequence, maxFrame, name, colour } = frame.hello
      assert.deepEqual([sample.type, sample.generation, Boolean(sample.can_write), sample.sequence, sample.max_frame_bytes, sample.name_shown, sample.colour],
        [103, generation, canWrite, sequence, maxFrame, name, colour])
      break
    }
    default: assert.fail(`${sample.name} was not understood`)
  }
}

for (const sample of samples) {
  test(`frame: ${sample.name}`, () => check(sample, readFrame(bytes(sample.frame).buffer as ArrayBuffer)))
}

test('frames that we write are those that the server reads', () => {
  for (const sample of samples.filter(candidate => candidate.from !== 'server' && candidate.payload)) {
    const made = sample.type === 0 ? syncFrame(sample.sync!, bytes(sample.payload!)) : awarenessFrame(bytes(sample.payload!))
    assert.equal(base64(made), sample.frame, sample.name)
  }
})

test('broken frames are errors, not silence', () => {
  for (const broken of ['', 'AA==', 'AAEF', 'ZA==', 'ZQT/']) {
    assert.throws(() => readFrame(bytes(broken).buffer as ArrayBuffer), broken)
  }
})
