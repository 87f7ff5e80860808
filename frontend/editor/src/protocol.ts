/** Frames of the document socket: y-websocket's (0, 1, 3) and our own (100–103). No JSON travels here. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export const SYNC = 0
export const AWARENESS = 1
export const QUERY_AWARENESS = 3
export const RECEIPT = 100
export const REFUSAL = 101
export const STATE = 102
export const HELLO = 103

export const STEP_1 = 0
export const STEP_2 = 1
export const UPDATE = 2

/** values of a STATE frame */
export const enum ServerState { Normal = 0, StorageTrouble = 1, ReadOnly = 2, Writing = 3 }

export interface Hello {
  generation: string
  canWrite: boolean
  sequence: number
  /** longest frame the server takes, in bytes */
  maxFrame: number
  name: string
  /** #rrggbb */
  colour: string
}
export interface Refusal { frame: number, code: string, message: string }

export type Frame =
  | { type: 'step1', vector: Uint8Array }
  | { type: 'update', update: Uint8Array, isStep2: boolean }
  | { type: 'awareness', update: Uint8Array }
  | { type: 'query' }
  | { type: 'receipt', count: number, sequence: number }
  | { type: 'refusal', refusal: Refusal }
  | { type: 'state', state: number }
  | { type: 'hello', hello: Hello }
  | { type: 'unknown', number: number }

function readSync (decoder: decoding.Decoder): Frame {
  const step = decoding.readVarUint(decoder)
  const bytes = decoding.readVarUint8Array(decoder)
  return step === STEP_1 ? { type: 'step1', vector: bytes } : { type: 'update', update: bytes, isStep2: step === STEP_2 }
}

function readHello (decoder: decoding.Decoder): Hello {
  return {
    generation: decoding.readVarString(decoder),
    canWrite: decoding.readVarUint(decoder) === 1,
    sequence: decoding.readVarUint(decoder),
    maxFrame: decoding.readVarUint(decoder),
    name: decoding.readVarString(decoder),
    colour: decoding.readVarString(decoder)
  }
}

/** Reads one frame; throws on bytes that are none. */
export function readFrame (data: ArrayBuffer): Frame {
  const decoder = decoding.createDecoder(new Uint8Array(data))
  const type = decoding.readVarUint(decoder)
  switch (type) {
    case SYNC: return readSync(decoder)
    case AWARENESS: return { type: 'awareness', update: decoding.readVarUint8Array(decoder) }
    case QUERY_AWARENESS: return { type: 'query' }
    case RECEIPT: return { type: 'receipt', count: decoding.readVarUint(decoder), sequence: decoding.readVarUint(decoder) }
    case REFUSAL: return {
      type: 'refusal',
      refusal: { frame: decoding.readVarUint(decoder), code: decoding.readVarString(decoder), message: decoding.readVarString(decoder) }
    }
    case STATE: return { type: 'state', state: decoding.readVarUint(decoder) }
    case HELLO: return { type: 'hello', hello: readHello(decoder) }
    default: return { type: 'unknown', number: type }
  }
}

export function syncFrame (step: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, bytes)
  return encoding.toUint8Array(encoder)
}

export function awarenessFrame (update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, AWARENESS)
  encoding.writeVarUint8Array(encoder, update)
  return encoding.toUint8Array(encoder)
}
