/** Changes on their way to the server: queued, sent as frames that fit, counted against the receipts that come back. */
import { STEP_2, syncFrame, UPDATE } from './protocol.ts'
import { grouped, UnsentLog } from './unsent.ts'

/** bytes waiting in the socket above which updates are collected instead of sent */
const BACKPRESSURE = 512 * 1024
/** bytes of a frame that are not the update */
const FRAME_HEAD = 16

export interface Wire {
  send: (frame: Uint8Array) => void
  /** bytes that wait in the socket; null when there is none */
  waiting: () => number | null
  /** a single change is longer than the server takes */
  tooLarge: (frame: number) => void
  /** a frame was sent to a server that gives no receipts */
  unconfirmed: () => void
}

export class Outgoing {
  /** since when something waits for its receipt (ms since 1970), 0: nothing does */
  waitingSince = 0
  /** longest frame that the server takes */
  maxFrame = Number.MAX_SAFE_INTEGER
  /** false: a stock y-websocket server; sent is the best that can be said of it */
  hasReceipts = false

  private sent = 0
  private acknowledged = 0
  private readonly log = new UnsentLog()
  /** parts of an answer to step 1; single updates come after them */
  private parts: Uint8Array[] = []
  private queue: Uint8Array[] = []
  private flushing = false
  /** something cannot be sent: no receipt makes this good */
  private stuck = false

  constructor (private readonly wire: Wire) {}

  /** Nothing is on its way and everything sent has its receipt. */
  get isSettled (): boolean { return !this.stuck && this.queue.length === 0 && this.parts.length === 0 && this.acknowledged >= this.sent }

  /** Remembers a change, to be sent now or with a later answer. */
  note (update: Uint8Array): void { this.log.add(update) }

  /** Everything noted is stored. */
  forget (): void { this.log.clear() }

  /** Sends a change; several of one moment travel together. */
  add (update: Uint8Array): void {
    this.queue.push(update)
    if (this.flushing) return
    this.flushing = true
    queueMicrotask(this.flush)
  }

  /**
   * Answers a step 1 with what the server lacks; null says "you have everything" and is not counted. `vector` and `update`
   * are what the server said it has.
   */
  answer (missing: Uint8Array | null, vector: Uint8Array, update: Uint8Array | null): void {
    this.queue = []
    this.parts = []
    if (!missing) return this.wire.send(syncFrame(STEP_2, new Uint8Array([0, 0])))
    const parts = this.log.parts(missing, vector, update, this.longest)
    if (!parts) return this.tooLarge()
    this.parts = parts
    this.flush()
  }

  /** The first `count` frames are committed; false when that is no news. */
  receipt (count: number): boolean {
    if (count <= this.acknowledged) return false
    this.acknowledged = count
    this.waitingSince = count < this.sent ? Date.now() : 0
    return true
  }

  /** The connection is gone, and with it the counting. */
  reset (): void {
    this.sent = this.acknowledged = this.waitingSince = 0
    this.queue = []
    this.parts = []
    this.hasReceipts = this.stuck = false
  }

  private tooLarge (): void {
    this.stuck = true
    this.wire.tooLarge(this.sent + 1)
  }

  private get longest (): number { return this.maxFrame - FRAME_HEAD }

  private readonly flush = (): void => {
    this.flushing = false
    while (this.parts.length || this.queue.length) {
      const waiting = this.wire.waiting()
      if (waiting === null) return
      if (waiting > BACKPRESSURE) {
        this.flushing = true
        setTimeout(this.flush, 100)
        return
      }
      const part = this.parts.shift()
      if (part) this.send(STEP_2, part)
      else this.sendQueue()
    }
  }

  private sendQueue (): void {
    const [first, ...rest] = grouped(this.queue, this.longest)
    this.queue = rest
    this.send(UPDATE, first)
  }

  private send (step: number, update: Uint8Array): void {
    if (update.length > this.longest) return this.tooLarge()
    this.sent += 1
    this.waitingSince ||= Date.now()
    this.wire.send(syncFrame(step, update))
    if (this.hasReceipts) return
    this.receipt(this.sent)
    this.wire.unconfirmed()
  }
}
