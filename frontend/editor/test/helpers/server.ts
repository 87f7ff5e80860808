/** A document server as small as it can be: our frames over `ws`, text in memory. It can be told to misbehave. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocketServer, type WebSocket as Socket } from 'ws'
import * as Y from 'yjs'

const bytes = (build: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder()
  build(encoder)
  return encoding.toUint8Array(encoder)
}

const sync = (step: number, payload: Uint8Array): Uint8Array => bytes(encoder => {
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, payload)
})

export interface Received { step: number, update: Uint8Array }

export class TestServer {
  readonly doc = new Y.Doc()
  readonly received: Received[] = []
  readonly faults: string[] = []
  readonly queries: URLSearchParams[] = []
  readonly sockets = new Map<Socket, { frames: number, pending: number }>()
  canWrite = true
  name = 'Coordinator'
  generation = 'g1'
  maxFrame = 2_000_000
  /** receipts are held back while false */
  commits = true
  /** all connections are closed when so many frames have come, once */
  closeAfter = 0
  /** so many receipts get lost; the frames are committed */
  loseReceipts = 0
  /** connections made so far hear nothing any more, and what they send goes nowhere: a lid was closed */
  private readonly asleep = new Set<Socket>()
  refuse: { code: string, message: string } | null = null
  private constructor (private readonly server: WebSocketServer) {
    server.on('connection', (socket, request) => this.greet(socket, new URL(request.url!, 'http://x').searchParams))
  }

  static async start (): Promise<TestServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise(resolve => server.on('listening', resolve))
    return new TestServer(server)
  }

  get address (): string { return `ws://127.0.0.1:${(this.server.address() as { port: number }).port}/doc` }

  private greet (socket: Socket, query: URLSearchParams): void {
    this.queries.push(query)
    this.sockets.set(socket, { frames: 0, pending: 0 })
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('message', data => this.take(socket, new Uint8Array(data as Buffer)))
    socket.send(bytes(encoder => {
      encoding.writeVarUint(encoder, 103)
      encoding.writeVarString(encoder, this.generation)
      encoding.writeVarUint(encoder, Number(this.canWrite))
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarUint(encoder, this.maxFrame)
      encoding.writeVarString(encoder, this.name)
      encoding.writeVarString(encoder, '#005b49')
    }))
    socket.send(sync(0, Y.encodeStateVector(this.doc)))
  }

  readonly presences: Uint8Array[] = []

  /** Says the end of a client id under a clock, as after a worker was taken for dead. */
  takeForGone (client: number, clock: number): void {
    const update = bytes(encoder => {
      for (const number of [1, client, clock]) encoding.writeVarUint(encoder, number)
      encoding.writeVarString(encoder, 'null')
    })
    for (const socket of this.sockets.keys()) {
      socket.send(bytes(encoder => { encoding.writeVarUint(encoder, 1); encoding.writeVarUint8Array(encoder, update) }))
    }
  }

  sleep (): void { for (const socket of this.sockets.keys()) this.asleep.add(socket) }

  private take (socket: Socket, data: Uint8Array): void {
    if (this.asleep.has(socket)) return
    const decoder = decoding.createDecoder(data)
    if (decoding.readVarUint(decoder) !== 0) {
      this.presences.push(data)
      socket.send(data) // presence comes back, as from the real server
      return
    }
    const step = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (step === 0) {
      socket.send(sync(1, Y.encodeStateAsUpdate(this.doc, payload)))
      return
    }
    this.received.push({ step, update: payload })
    if (this.received.length === this.closeAfter) this.closeAll(4500)
    if (payload.length === 2) return
    this.check(payload)
    const state = this.sockets.get(socket)!
    state.frames += 1
    if (this.refuse) {
      const { code, message } = this.refuse
      socket.send(bytes(encoder => {
        encoding.writeVarUint(encoder, 101)
        encoding.writeVarUint(encoder, state.frames)
        encoding.writeVarString(encoder, code)
        encoding.writeVarString(encoder, message)
      }))
      return
    }
    Y.applyUpdate(this.doc, payload)
    if (this.doc.store.pendingStructs || this.doc.store.pendingDs) this.faults.push('something is missing')
    for (const other of this.sockets.keys()) if (other !== socket) other.send(sync(2, payload))
    if (this.loseReceipts > 0) this.loseReceipts -= 1
    else if (this.commits) this.acknowledge(socket)
  }

  /** As the real server does: no frame over the limit, nothing that builds on the unknown. */
  private check (update: Uint8Array): void {
    const known = Y.decodeStateVector(Y.encodeStateVector(this.doc))
    for (const [client, clock] of Y.parseUpdateMeta(update).from) {
      if (clock > (known.get(client) ?? 0)) this.faults.push(`builds on the unknown: ${client} ${clock}`)
    }
    if (update.length > this.maxFrame) this.faults.push(`too long: ${update.length}`)
  }

  acknowledge (socket: Socket): void {
    const { frames } = this.sockets.get(socket)!
    socket.send(bytes(encoder => {
      encoding.writeVarUint(encoder, 100)
      encoding.writeVarUint(encoder, frames)
      encoding.writeVarUint(encoder, 7)
    }))
  }

  acknowledgeAll (): void { for (const socket of this.sockets.keys()) this.acknowledge(socket) }

  tellState (value: number): void {
    for (const socket of this.sockets.keys()) socket.send(bytes(encoder => { encoding.writeVarUint(encoder, 102); encoding.writeVarUint(encoder, value) }))
  }

  askAgain (): void { for (const socket of this.sockets.keys()) socket.send(sync(0, Y.encodeStateVector(this.doc))) }

  closeAll (code: number): void { for (const socket of this.sockets.keys()) socket.close(code, 'test') }

  async stop (): Promise<void> {
    for (const socket of this.sockets.keys()) socket.terminate()
    await new Promise(resolve => this.server.close(resolve))
  }
}
