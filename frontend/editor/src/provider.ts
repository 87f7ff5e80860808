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
import { FROM_DEVICE } from './offline-names.ts'
import { Outgoing } from './outgoing.ts'
import {
  awarenessFrame, QUERY_AWARENESS, readFrame, ServerState, STEP_1, syncFrame, type Frame, type Hello, type Refusal
} from './protocol.ts'
import { Pulse } from './pulse.ts'
import { FULL, retryDelay, TOO_FAST } from './retry.ts'

/** ms without a receipt after which "Saving…" would be a lie */
const OVERDUE = 15_000
/** ms without a receipt after which a new connection compares both sides again */
const LOST = 40_000
/** ms that a connection must last to count as a good one */
const STABLE = 10_000

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
  /** the server does not have something that may not be sent any more */
  stranded: undefined
}

export class DocumentProvider extends Emitter<ProviderEvents> {
  connection: Connection = 'connecting'
  canWrite: boolean
  storageTrouble = false
  synced = false
  /** something was typed that is not committed yet */
  unsaved = false
  /** when the server last confirmed something that was typed here */
  savedAt: Date | null = null
  /** something waits for its receipt for longer than it ever should */
  overdue = false
  /** why the server sent us away for a moment */
  pause: 'too_fast' | 'server_full' | null = null
  endCode: number | null = null
  hello: Hello | null = null
  /** state vector of what the server is known to have; null before the first comparison */
  savedVector: Uint8Array | null = null

  private socket: WebSocket | null = null
  private serverVector: Uint8Array | null = null
  private serverUpdate: Uint8Array | null = null
  private answered = false
  private readonly outgoing = new Outgoing({
    send: frame => this.send(frame),
    waiting: () => this.socket ? this.socket.bufferedAmount : null,
    tooLarge: frame => this.emit('refused', { frame, code: 'too_large', message: '' }),
    unconfirmed: () => this.settle()
  })

  private attempts = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private readonly pulse: Pulse
  private heardAt = 0
  private syncedAt = 0
  private destroyed = false
  private readonly Socket: typeof WebSocket

  constructor (private readonly options: ProviderOptions) {
    super()
    this.canWrite = options.canWrite
    this.Socket = options.WebSocket ?? WebSocket
    options.doc.on('update', this.onUpdate)
    options.awareness.on('update', this.onAwareness)
    if (typeof window !== 'undefined') {
      window.addEventListener('offline', this.onOffline)
      window.addEventListener('pagehide', this.onPageHide)
      window.addEventListener('pageshow', this.onPageShow)
    }
    this.pulse = new Pulse({
      state: () => this.socket === null ? 'none' : this.connection === 'open' ? 'open' : 'opening',
      heardAt: () => this.heardAt,
      isWaiting: () => this.outgoing.waitingSince > 0,
      ask: () => this.showSelf(true),
      dead: () => this.drop(null, 0),
      hurry: () => this.hurry(),
      looked: now => this.lookAtReceipts(now)
    })
  }

  connect (): void {
    if (this.destroyed || this.socket || this.endCode !== null) return
    clearTimeout(this.retryTimer)
    this.connection = 'connecting'
    const query = new URLSearchParams({ receipts: '1', schema: String(this.options.schemaVersion), generation: this.options.generation })
    const socket = new this.Socket(`${this.options.address}?${query}`)
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    this.heardAt = Date.now()
    socket.onopen = () => { if (socket === this.socket) this.opened() }
    socket.onmessage = event => {
      if (socket !== this.socket || typeof event.data === 'string') return
      this.heardAt = Date.now()
      this.receive(event.data as ArrayBuffer)
    }
    socket.onclose = event => { if (socket === this.socket) this.drop(event) }
    socket.onerror = () => { /* a close event follows and says more */ }
    this.emit('status', undefined)
  }

  /** Ends everything; the document and its local copy stay as they are. */
  destroy (): void {
    this.destroyed = true
    this.pulse.stop()
    clearTimeout(this.retryTimer)
    this.options.doc.off('update', this.onUpdate)
    this.options.awareness.off('update', this.onAwareness)
    if (typeof window !== 'undefined') {
      window.removeEventListener('offline', this.onOffline)
      window.removeEventListener('pagehide', this.onPageHide)
      window.removeEventListener('pageshow', this.onPageShow)
    }
    this.closeSocket()
  }

  /** Ends the connection for good, as if the server had closed it with this code. */
  leave (code: number): void { this.drop({ code, reason: '' }) }

  /** Marks words of an earlier visit as not saved yet; `vector` is what the server had then. */
  markUnsaved (vector: Uint8Array): void {
    this.unsaved = true
    this.savedVector ??= vector
    this.emit('status', undefined)
  }

  private opened (): void {
    this.connection = 'open'
    this.send(syncFrame(STEP_1, Y.encodeStateVector(this.options.doc)))
    this.showSelf(false)
    this.emit('status', undefined)
  }

  /** Says who is here. `ask`: and wants to hear it, which even a server that cannot store at the moment answers at once. */
  private showSelf (ask: boolean): void {
    const { awareness } = this.options
    // a new clock: others may have forgotten us
    if (ask) awareness.setLocalState(awareness.getLocalState())
    else if (awareness.getLocalState() !== null) this.send(awarenessFrame(encodeAwarenessUpdate(awareness, [awareness.clientID])))
    if (ask) this.send(new Uint8Array([QUERY_AWARENESS]))
  }

  /** Connects now instead of when the next try is due. */
  private hurry (): void {
    if (this.destroyed || this.endCode !== null) return
    this.attempts = 0
    this.connect()
  }

  private lookAtReceipts (now: number): void {
    const { waitingSince } = this.outgoing
    // a server in trouble says so and will send its receipts
    if (!waitingSince || this.storageTrouble || this.connection !== 'open') return
    if (now - waitingSince > OVERDUE && !this.overdue) {
      this.overdue = true
      this.emit('status', undefined)
    }
    if (now - waitingSince > LOST) this.drop(null)
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
        return this.receipt(frame.count)
      case 'refusal':
        // what may not be sent any more is found by comparing
        return frame.refusal.code === 'read_only' ? this.stateChanged(ServerState.ReadOnly) : this.emit('refused', frame.refusal)
      case 'state': return this.stateChanged(frame.state)
      case 'unknown': // a newer server may say more than we know
    }
  }

  private greeted (hello: Hello): void {
    this.hello = hello
    this.outgoing.hasReceipts = true
    if (hello.maxFrame > 0) this.outgoing.maxFrame = hello.maxFrame
    this.canWrite = hello.canWrite
    // readers are counted by the server, not named
    if (hello.canWrite) this.options.awareness.setLocalStateField('user', { name: hello.name, color: hello.colour })
    this.emit('hello', hello)
    this.emit('status', undefined)
  }

  private firstSync (update: Uint8Array): void {
    this.serverUpdate = update
    this.synced = true
    this.syncedAt = Date.now()
    this.pause = null
    this.answer()
    this.emit('synced', undefined)
    this.emit('status', undefined)
  }

  private receipt (count: number): void {
    if (!this.outgoing.receipt(count)) return
    this.savedAt = new Date()
    this.settle()
  }

  /** Sends what the server lacks, once both its state vector and its text are known. */
  private answer (): void {
    if (this.answered || !this.synced || this.serverVector === null) return
    const { serverUpdate, serverVector } = this
    const missing = missingOnServer(this.options.doc, serverVector, serverUpdate)
    this.serverUpdate = null
    this.savedVector = serverVector
    if (!this.canWrite) {
      if (!missing) this.saved()
      // a reader's editor may tidy up a little; only words are worth handing back
      else if (this.unsaved || Y.parseUpdateMeta(missing).to.size > 0) {
        this.unsaved = true
        this.emit('stranded', undefined)
      }
      return
    }
    this.answered = true
    if (missing) this.unsaved = true
    this.outgoing.answer(missing, serverVector, serverUpdate)
    this.settle()
  }

  /** The server lost the thread (something built on what it does not have) and asks for everything again. */
  private answerAgain (vector: Uint8Array): void {
    this.outgoing.answer(missingOnServer(this.options.doc, vector, null), vector, null)
  }

  private stateChanged (state: number): void {
    const gains = state === ServerState.Writing && !this.canWrite
    const loses = state === ServerState.ReadOnly && this.canWrite
    if (loses) this.canWrite = false
    if (gains || (loses && this.unsaved)) {
      // a new connection compares both sides again: what was made in between is sent, what was stored is not handed back
      this.drop(null, 0)
      return
    }
    this.storageTrouble = state === ServerState.StorageTrouble
    this.emit('status', undefined)
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return
    this.outgoing.note(update)
    if (origin === FROM_DEVICE && !this.answered) return
    this.unsaved = true
    if (this.answered && this.canWrite) this.outgoing.add(update)
    this.emit('status', undefined)
  }

  private settle (): void { if (this.answered && this.outgoing.isSettled) this.saved() }

  private saved (): void {
    this.unsaved = this.overdue = false
    this.outgoing.forget()
    this.savedVector = Y.encodeStateVector(this.options.doc)
    this.emit('status', undefined)
  }

  private readonly onAwareness = ({ added, updated, removed }: Record<string, number[]>, origin: unknown): void => {
    const { awareness } = this.options
    const changed = [...added, ...updated, ...removed].filter(client => client === awareness.clientID)
    // nothing goes back to where it came from, except when the server took us for gone: then we say that we are here
    if ((origin === this && !removed.includes(awareness.clientID)) || changed.length === 0 || this.connection !== 'open') return
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

  private drop (event: Pick<CloseEvent, 'code' | 'reason'> | null, delay?: number): void {
    this.closeSocket()
    // a server that falls over again and again must not be met with the eagerness of a first failure
    if (this.synced && Date.now() - this.syncedAt > STABLE) this.attempts = 0
    this.synced = this.answered = false
    this.serverVector = this.serverUpdate = null
    this.outgoing.reset()
    this.storageTrouble = false
    this.pause = event?.code === TOO_FAST ? 'too_fast' : event?.code === FULL ? 'server_full' : null
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
    this.retryIn(delay ?? this.delay(event?.code))
    this.emit('status', undefined)
  }

  private delay (code: number | undefined): number {
    const hidden = typeof document !== 'undefined' && document.hidden
    return retryDelay({ attempt: this.attempts++, code, hidden }, this.options.random ?? Math.random)
  }

  private retryIn (delay: number): void {
    clearTimeout(this.retryTimer)
    if (!this.destroyed) this.retryTimer = setTimeout(() => this.connect(), delay)
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
