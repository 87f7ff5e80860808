/**
 * One database of this browser (IndexedDB) with the updates of one text, each row one change, and a state vector of what the
 * server is known to have. It says when something could not be kept, and lets go when another tab erases it.
 *
 * Several tabs may write into it: rows are only added, and a tab only removes rows that it has read itself, when it puts
 * what they hold in their place in the same transaction.
 */
import * as Y from 'yjs'

const ROWS = 'updates'
const NOTES = 'custom'
const STORED = 'stored'

export interface DeviceStoreEvents {
  /** this browser does not keep anything any more (full, forbidden, closed) */
  failed: () => void
  /** another tab erased the database */
  erased: () => void
}

const asPromise = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
})

const ended = (transaction: IDBTransaction): Promise<void> => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve()
  transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
})

/** The later clock of each client. */
export function mergedVector (a: Uint8Array | undefined, clocks: Map<number, number>): Uint8Array {
  const merged = a ? Y.decodeStateVector(a) : new Map<number, number>()
  for (const [client, clock] of clocks) merged.set(client, Math.max(clock, merged.get(client) ?? 0))
  return Y.encodeStateVector(merged as any)
}

export class DeviceStore {
  /** rows on their way to the disk */
  pending = 0
  private readonly keys: IDBValidKey[] = []
  private closed = false

  private constructor (private readonly db: IDBDatabase, private readonly events: DeviceStoreEvents) {
    db.onversionchange = () => {
      this.close()
      events.erased()
    }
    // somebody cleared the browser's data
    db.onclose = () => this.fail()
  }

  /** Opens or makes the database. Rejects when this browser keeps nothing. */
  static async open (name: string, events: DeviceStoreEvents): Promise<DeviceStore> {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ROWS, { autoIncrement: true })
      request.result.createObjectStore(NOTES)
    }
    return new DeviceStore(await asPromise(request), events)
  }

  /** All rows in the order in which they were written, and the state vector that the server is known to have. */
  async read (): Promise<{ rows: Uint8Array[], stored: Uint8Array | undefined }> {
    const transaction = this.db.transaction([ROWS, NOTES], 'readonly')
    const [keys, rows, stored] = await Promise.all([
      asPromise(transaction.objectStore(ROWS).getAllKeys()), asPromise(transaction.objectStore(ROWS).getAll()),
      asPromise(transaction.objectStore(NOTES).get(STORED))
    ])
    this.keys.push(...keys)
    return { rows, stored }
  }

  get rowCount (): number { return this.keys.length }

  /** Keeps a change; `stored` are clocks that the server is known to have with it. */
  add (update: Uint8Array, stored?: Map<number, number>): void {
    this.write(transaction => {
      const request = transaction.objectStore(ROWS).add(update)
      request.onsuccess = () => this.keys.push(request.result)
      if (stored?.size) this.noteStored(transaction, stored)
    })
  }

  /** Remembers that the server has everything below these clocks. */
  markStored (clocks: Map<number, number>): void { this.write(transaction => this.noteStored(transaction, clocks)) }

  /** Puts one row in the place of all that this tab knows; `state` must hold them all. */
  compact (state: Uint8Array): void {
    const keys = this.keys.splice(0)
    this.write(transaction => {
      const rows = transaction.objectStore(ROWS)
      for (const key of keys) rows.delete(key)
      const request = rows.add(state)
      request.onsuccess = () => this.keys.push(request.result)
    })
  }

  /** Removes everything, also what other tabs wrote; the database stays. */
  async clear (): Promise<void> {
    if (this.closed) return
    const transaction = this.db.transaction([ROWS, NOTES], 'readwrite')
    transaction.objectStore(ROWS).clear()
    transaction.objectStore(NOTES).clear()
    this.keys.length = 0
    await ended(transaction)
  }

  close (): void {
    if (this.closed) return
    this.closed = true
    this.db.close()
  }

  private noteStored (transaction: IDBTransaction, clocks: Map<number, number>): void {
    const notes = transaction.objectStore(NOTES)
    const request = notes.get(STORED)
    request.onsuccess = () => { notes.put(mergedVector(request.result as Uint8Array | undefined, clocks), STORED) }
  }

  private write (work: (transaction: IDBTransaction) => void): void {
    if (this.closed) return
    this.pending += 1
    try {
      const transaction = this.db.transaction([ROWS, NOTES], 'readwrite')
      void ended(transaction).then(() => { this.pending -= 1 }, () => this.fail())
      work(transaction)
    } catch {
      this.fail()
    }
  }

  private fail (): void {
    if (this.closed) return
    this.close()
    this.events.failed()
  }
}
