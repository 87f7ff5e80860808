/**
 * Connects a Yjs document with the server: y-protocols over one WebSocket, with receipts, refusals and rights.
 *
 * "Saved" is what the server has committed, told by RECEIPT frames. Updates made before both sides have compared their
 * states are not sent one by one: they go with the answer to the server's sync step 1. Nothing crosses BroadcastChannel,
 * because that would bypass rights and commit-first.
 */
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates, type Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { missingOnServer } from './changes.ts'
import { Emitter } from './emitter.ts'
import {
  awarenessFrame, readFrame, ServerState, STEP_1, STEP_2, syncFrame, UPDATE, type Frame, type Hello, type Refusal
} from './protocol.ts'

/** ms without any frame after which a connection counts as dead (our own awareness comes back every 15 s) */
const SILENCE = 30_000
const FIRST_RETRY = 400
const LONGEST_RETRY = 15_000
const TOO_FAST = 4529
/** bytes waiting in the socket above which updates are collected instead of sent */
const BACKPRESSURE = 512 * 1024

export type Connection = 'connecting' | 'open' | 'offline' | 'ended'

export interface ProviderOptions {
  /** ws(s): address without query */
  address: string
  generation: string
  schemaVersion: number
  doc: Y.Doc
  awareness: Awareness
  /** may this person write, as the page said; HELLO says it again */
  canWrite: boolean
  WebSocket?: typeof WebSocket
  random?: () => number
}

type ProviderEvents = {
  /** connection, rights or the state of saving changed */
  status: undefined
  /** the server's text is here (first time of this connection) */
  synced: undefined
  hello: Hello
  refused: Refusal
  /** a code 44xx: no use to try again */
  ended: { code: number, reason: string }
  /** the right to write is gone while something was not saved */
  stranded: undefined
}

export class DocumentProvider extends Emitter<ProviderEvents> {
  connection: Connection = 'connecting'
  canWrite: boolean
  storageTrouble = false
  synced = false
  /** something was typed that is not committed yet */
  unsaved = false
  endCode: number | null = null
  hello: Hello | null = null
  /** state vector of what the server is known to have; null before the first comparison */
  savedVector: Uint8Array | null = null

  private socket: WebSocket | null = null
  private serverVector: Uint8Array | null = null
  private serverUpdate: Uint8Array | null = null
  private answered = false
  private sent = 0
  private acknowledged = 0
  private queue: Uint8Array[] = []
  private flushing = false
  private attempts = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private readonly watchdog: ReturnType<typeof setInterval>
  private lastFrame = 0
  private destroyed = false
  private readonly Socket: typeof WebSocket

  constructor (private readonly options: ProviderOptions) {
    super()
    this.canWrite = options.canWrite
    this.Socket = options.WebSocket ?? WebSocket
    options.doc.on('update', this.onUpdate)
    options.awareness.on('update', this.onAwareness)
    if (typeof window !== 'undefined') {
      window.addEventListener('online', this.onOnline)
      window.addEventListener('offline', this.onOffline)
      window.addEventListener('pagehide', this.onPageHide)
      window.addEventListener('pageshow', this.onPageShow)
    }
    this.watchdog = setInterval(() => {
      if (this.socket && this.lastFrame && Date.now() - this.lastFrame > SILENCE) this.drop(null)
    }, 3000)
  }

  connect (): void {
    if (this.destroyed || this.socket || this.endCode !== null) return
    clearTimeout(this.retryTimer)
    this.connection = 'connecting'
    const query = new URLSearchParams({ receipts: '1', schema: String(this.options.schemaVersion), generation: this.options.generation })
    const socket = new this.Socket(`${this.options.address}?${query}`)
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    this.lastFrame = Date.now()
    socket.onopen = () => { if (socket === this.socket) this.opened() }
    socket.onmessage = event => {
      if (socket !== this.socket || typeof event.data === 'string') return
      this.lastFrame = Date.now()
      this.receive(event.data as ArrayBuffer)
    }
    socket.onclose = event => { if (socket === this.socket) this.drop(event) }
    socket.onerror = () => { /* a close event follows and says more */ }
    this.emit('status', undefined)
  }

  /** Ends everything; the document and its local copy stay as they are. */
  destroy (): void {
    this.destroyed = true
    clearInterval(this.watchdog)
    clearTimeout(this.retryTimer)
    this.options.doc.off('update', this.onUpdate)
    this.options.awareness.off('update', this.onAwareness)
    if (typeof window !== 'undefined') {
      window.removeEventListener('online', this.onOnline)
      window.removeEventListener('offline', this.onOffline)
      window.removeEventListener('pagehide', this.onPageHide)
      window.removeEventListener('pageshow', this.onPageShow)
    }
    this.closeSocket()
  }

  /** Marks words of an earlier visit as not saved yet; `vector` is what the server had then. */
  markUnsaved (vector: Uint8Array): void {
    this.unsaved = true
    this.savedVector ??= vector
    this.emit('status', undefined)
  }

  private opened (): void {
    this.connection = 'open'
    this.send(syncFrame(STEP_1, Y.encodeStateVector(this.options.doc)))
    const { awareness } = this.options
    if (awareness.getLocalState() !== null) {
      this.send(awarenessFrame(encodeAwarenessUpdate(awareness, [awareness.clientID])))
    }
    this.emit('status', undefined)
  }

  private receive (data: ArrayBuffer): void {
    let frame: Frame
    try {
      frame = readFrame(data)
    } catch (error) {
      // half a frame: what follows cannot be trusted, a new connection compares everything again
      console.error('unreadable frame', error)
      this.drop(null)
      return
    }
    this.handle(frame)
  }

  private handle (frame: Frame): void {
    const { doc, awareness } = this.options
    switch (frame.type) {
      case 'hello': return this.greeted(frame.hello)
      case 'step1':
        this.serverVector = frame.vector
        return this.answered ? this.answerAgain(frame.vector) : this.answer()
      case 'update':
        Y.applyUpdate(doc, frame.update, this)
        if (frame.isStep2 && !this.synced) this.firstSync(frame.update)
        return
      case 'awareness': return applyAwarenessUpdate(awareness, frame.update, this)
      case 'query': return this.send(awarenessFrame(encodeAwarenessUpdate(awareness, [awareness.clientID])))
      case 'receipt':
        this.acknowledged = frame.count
        return this.settle()
      case 'refusal': return this.emit('refused', frame.refusal)
      case 'state': return this.stateChanged(frame.state)
      case 'unknown': // a newer server may say more than we know
    }
  }

  private greeted (hello: Hello): void {
    this.hello = hello
    this.canWrite = hello.canWrite
    // readers are counted by the server, not named
    if (hello.canWrite) this.options.awareness.setLocalStateField('user', { name: hello.name, color: hello.colour })
    this.emit('hello', hello)
    this.emit('status', undefined)
  }

  private firstSync (update: Uint8Array): void {
    this.serverUpdate = update
    this.synced = true
    this.attempts = 0
    this.answer()
    this.emit('synced', undefined)
    this.emit('status', undefined)
  }

  /** Sends what the server lacks, once both its state vector and its text are known. */
  private answer (): void {
    if (this.answered || !this.synced || this.serverVector === null) return
    const missing = missingOnServer(this.options.doc, this.serverVector, this.serverUpdate)
    this.serverUpdate = null
    if (!this.canWrite) {
      if (missing && this.unsaved) this.emit('stranded', undefined)
      else if (!missing) this.saved()
      return
    }
    this.answered = true
    this.queue = []
    this.sendWhole(missing)
    this.settle()
  }

  /** The server lost the thread (something built on what it does not have) and asks for everything again. */
  private answerAgain (vector: Uint8Array): void {
    this.queue = []
    this.sendWhole(missingOnServer(this.options.doc, vector, null))
  }

  private stateChanged (state: number): void {
    if (state === ServerState.ReadOnly) {
      this.canWrite = false
      if (this.unsaved) this.emit('stranded', undefined)
    } else if (state === ServerState.Writing && !this.canWrite) {
      // a new connection compares both states again, so that nothing made in between is missed
      this.drop(null, 0)
      return
    }
    this.storageTrouble = state === ServerState.StorageTrouble
    this.emit('status', undefined)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || isFromStorage(origin)) return
    this.unsaved = true
    if (this.answered && this.canWrite) {
      this.queue.push(update)
      if (!this.flushing) {
        this.flushing = true
        queueMicrotask(this.flush)
      }
    }
    this.emit('status', undefined)
  }

  private readonly flush = (): void => {
    this.flushing = false
    if (!this.answered || this.queue.length === 0 || !this.socket) return
    if (this.socket.bufferedAmount > BACKPRESSURE) {
      this.flushing = true
      setTimeout(this.flush, 100)
      return
    }
    const update = this.queue.length === 1 ? this.queue[0] : Y.mergeUpdates(this.queue)
    this.queue = []
    this.sendChange(UPDATE, update)
  }

  /** Answer to a step 1; an empty one says "you have everything" and is not counted. */
  private sendWhole (update: Uint8Array | null): void {
    if (update) this.sendChange(STEP_2, update)
    else this.send(syncFrame(STEP_2, new Uint8Array([0, 0])))
  }

  private sendChange (step: number, update: Uint8Array): void {
    const frame = syncFrame(step, update)
    if (this.hello && this.hello.maxFrame > 0 && frame.length > this.hello.maxFrame) {
      this.emit('refused', { frame: this.sent + 1, code: 'too_large', message: '' })
      return
    }
    this.unsaved = true
    this.sent += 1
    this.send(frame)
    // a stock y-websocket server gives no receipts: sent is the best that can be said
    if (!this.hello) this.acknowledged = this.sent
    if (!this.hello) this.settle()
  }

  private settle (): void {
    if (this.answered && this.acknowledged >= this.sent && this.queue.length === 0) this.saved()
  }

  private saved (): void {
    this.unsaved = false
    this.savedVector = Y.encodeStateVector(this.options.doc)
    this.emit('status', undefined)
  }

  private readonly onAwareness = ({ added, updated, removed }: Record<string, number[]>, origin: unknown): void => {
    const { awareness } = this.options
    const changed = [...added, ...updated, ...removed].filter(client => client === awareness.clientID)
    if (origin === this || changed.length === 0 || this.connection !== 'open') return
    this.send(awarenessFrame(encodeAwarenessUpdate(awareness, changed)))
  }

  private send (frame: Uint8Array): void {
    if (this.socket?.readyState === 1) this.socket.send(frame as Uint8Array<ArrayBuffer>)
  }

  private closeSocket (): void {
    const socket = this.socket
    if (!socket) return
    this.socket = null
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.onerror = () => { /* closing a connecting socket is an error event in Node */ }
    socket.close()
  }

  private drop (event: CloseEvent | null, delay?: number): void {
    this.closeSocket()
    this.synced = this.answered = false
    this.serverVector = this.serverUpdate = null
    this.sent = this.acknowledged = 0
    this.queue = []
    this.storageTrouble = false
    const { awareness } = this.options
    removeAwarenessStates(awareness, [...awareness.getStates().keys()].filter(client => client !== awareness.clientID), this)
    if (event && event.code >= 4400 && event.code < 4500) {
      this.connection = 'ended'
      this.endCode = event.code
      this.emit('status', undefined)
      this.emit('ended', { code: event.code, reason: event.reason })
      return
    }
    this.connection = 'offline'
    this.retryIn(delay ?? this.retryDelay(event?.code))
    this.emit('status', undefined)
  }

  /** ms to wait: doubles with each failure, half of it by chance so that a restarted server is not stormed */
  private retryDelay (code: number | undefined): number {
    const random = this.options.random ?? Math.random
    const base = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.attempts++)
    return (code === TOO_FAST ? Math.max(base, 5000) : base) * (0.5 + random() / 2)
  }

  private retryIn (delay: number): void {
    clearTimeout(this.retryTimer)
    if (!this.destroyed) this.retryTimer = setTimeout(() => this.connect(), delay)
  }

  private readonly onOnline = (): void => {
    this.attempts = 0
    if (!this.socket) this.connect()
  }

  private readonly onOffline = (): void => { if (this.socket) this.drop(null) }

  private readonly onPageHide = (): void => {
    removeAwarenessStates(this.options.awareness, [this.options.awareness.clientID], 'pagehide')
    clearTimeout(this.retryTimer)
    this.closeSocket()
  }

  private readonly onPageShow = (event: PageTransitionEvent): void => {
    if (!event.persisted) return
    this.options.awareness.setLocalState({})
    this.drop(null, 0)
  }
}

/** y-indexeddb applies what it has kept with itself as origin */
const isFromStorage = (origin: unknown): boolean => typeof origin === 'object' && origin !== null && '_dbref' in origin
