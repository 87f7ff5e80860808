/**
 * The events socket: one per tab. What arrives becomes DOM events `koprade:<type>` on the document, so that htmx parts say
 * `hx-trigger="koprade:node.updated from:document"` and refetch through the server, which checks rights again.
 */
import { socketAddress } from './dom.ts'

export interface ServerEvent {
  type: string
  v: number
  id: string
  topic: string
  seq: number
  at: string
  data: Record<string, unknown>
}

const SILENCE = 60_000
const PING = 25_000
const LONGEST_RETRY = 30_000

export interface EventsOptions {
  address: string
  WebSocket?: typeof WebSocket
  random?: () => number
}

export class EventsSocket {
  private socket: WebSocket | null = null
  private readonly topics = new Map<string, number>()
  private readonly sequences = new Map<string, number>()
  private readonly refused = new Set<string>()
  private serial = 0
  private attempts = 0
  private wasConnected = false
  private lastFrame = 0
  private ended = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly beat: ReturnType<typeof setInterval>
  private readonly pending = new Map<string, string>()

  constructor (private readonly options: EventsOptions) {
    this.beat = setInterval(() => this.watch(), PING)
    window.addEventListener('online', this.onOnline)
    window.addEventListener('pagehide', this.onPageHide)
    window.addEventListener('pageshow', this.onPageShow)
  }

  /** Asks for a topic; the returned function gives it back. Several parts of a page may ask for the same one. */
  subscribe (topic: string): () => void {
    const count = this.topics.get(topic) ?? 0
    this.topics.set(topic, count + 1)
    if (count === 0) this.command('topic.subscribe', topic)
    this.connect()
    return () => {
      const left = (this.topics.get(topic) ?? 1) - 1
      if (left > 0) {
        this.topics.set(topic, left)
        return
      }
      this.topics.delete(topic)
      this.sequences.delete(topic)
      this.command('topic.unsubscribe', topic)
    }
  }

  connect (): void {
    if (this.socket || this.ended || this.topics.size === 0) return
    clearTimeout(this.timer)
    const socket = new (this.options.WebSocket ?? WebSocket)(this.options.address)
    this.socket = socket
    this.lastFrame = Date.now()
    socket.onopen = () => { for (const topic of this.topics.keys()) this.command('topic.subscribe', topic) }
    socket.onmessage = message => {
      this.lastFrame = Date.now()
      if (typeof message.data === 'string') this.receive(message.data)
    }
    socket.onclose = event => this.closed(event.code)
    socket.onerror = () => { /* close follows */ }
  }

  close (): void {
    this.ended = true
    clearInterval(this.beat)
    clearTimeout(this.timer)
    window.removeEventListener('online', this.onOnline)
    window.removeEventListener('pagehide', this.onPageHide)
    window.removeEventListener('pageshow', this.onPageShow)
    this.dropSocket()
  }

  private command (type: string, topic: string): void {
    if (this.socket?.readyState !== 1) return
    const ref = `c${++this.serial}`
    this.pending.set(ref, topic)
    this.socket.send(JSON.stringify({ type, ref, data: { topic } }))
  }

  private receive (text: string): void {
    let message: any
    try { message = JSON.parse(text) } catch { return }
    if (typeof message?.type !== 'string') return
    if (message.type === 'hello') return this.greeted()
    if (message.type === 'reply') return this.replied(message)
    if (message.type === 'pong') return
    this.deliver(message as ServerEvent)
  }

  private greeted (): void {
    this.attempts = 0
    const again = this.wasConnected
    this.wasConnected = true
    // what happened while we were away is not repeated: parts of the page fetch themselves again
    if (again) dispatch('resync', { topic: null })
  }

  private replied (message: { ref?: string, ok?: boolean }): void {
    const topic = this.pending.get(message.ref ?? '')
    this.pending.delete(message.ref ?? '')
    if (topic && message.ok === false) this.refused.add(topic)
  }

  private deliver (event: ServerEvent): void {
    const last = this.sequences.get(event.topic)
    if (typeof event.seq === 'number') {
      if (last !== undefined && event.seq <= last) return
      if (last !== undefined && event.seq > last + 1) dispatch('resync', { topic: event.topic })
      this.sequences.set(event.topic, event.seq)
    }
    dispatch(event.type, event)
  }

  private watch (): void {
    if (!this.socket) return
    if (Date.now() - this.lastFrame > SILENCE) this.closed(0)
    else if (this.socket.readyState === 1) this.socket.send(JSON.stringify({ type: 'ping', ref: `p${++this.serial}` }))
  }

  private dropSocket (): void {
    const socket = this.socket
    if (!socket) return
    this.socket = null
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.onerror = () => { /* closing a connecting socket */ }
    socket.close()
  }

  private closed (code: number): void {
    this.dropSocket()
    this.sequences.clear()
    this.pending.clear()
    if (this.ended || (code >= 4400 && code < 4500)) return
    const random = this.options.random ?? Math.random
    const delay = Math.min(LONGEST_RETRY, 500 * 2 ** this.attempts++) * (0.5 + random() / 2)
    this.timer = setTimeout(() => this.connect(), delay)
  }

  private readonly onOnline = (): void => { this.attempts = 0; this.connect() }
  private readonly onPageHide = (): void => { clearTimeout(this.timer); this.dropSocket() }
  private readonly onPageShow = (event: PageTransitionEvent): void => { if (event.persisted) this.connect() }
}

function dispatch (type: string, detail: unknown): void {
  document.dispatchEvent(new CustomEvent(`koprade:${type}`, { detail }))
}

declare global {
  interface Window { koprade?: { events?: EventsSocket }, htmx?: { process: (element: Element) => void } }
}

/** The tab's one socket, made on first use. */
export function sharedEvents (path: string): EventsSocket {
  window.koprade ??= {}
  window.koprade.events ??= new EventsSocket({ address: socketAddress(path) })
  return window.koprade.events
}
