/**
 * The copy of the text in this browser, by person, document and generation.
 *
 * A generation changes when the server took something out of the history for good: a copy of an older generation must
 * never be merged again. What was typed in it and not stored is handed back as words.
 */
import * as Y from 'yjs'
import { changedPassages, type Passage } from './changes.ts'
import { DeviceStore } from './device-store.ts'
import { store } from './dom.ts'
import {
  clearedKey, databaseName, databasePrefix, deleteDatabase, FROM_DEVICE, knownDatabases, noteDatabase, unsentKey, unsentKeys
} from './offline-names.ts'
import { rootName } from './schema.ts'

export interface OfflineOptions {
  user: string
  documentId: string
  generation: string
  doc: Y.Doc
  /** origin of changes that come from the server */
  server: unknown
  /** whether this browser keeps a copy has changed */
  changed: () => void
}

/** ms that a browser may take to open its database before the editor starts without */
const PATIENCE = 3000
/** rows after which they are put together */
const MANY_ROWS = 500
/** ms after which a receipt is noted: being late only means that words are compared once more */
const NOTE_DELAY = 500

export class OfflineCopy {
  readonly name: string
  /** false when this browser cannot keep anything (private window, full disk, erased) */
  working = false
  /** another tab signed out: what was kept here is gone, and must stay gone */
  erased = false
  /** state vector of what the server is known to have, when the copy holds more; null: nothing waits to be sent */
  unsentSince: Uint8Array | null = null

  private device: DeviceStore | null = null
  private closed = false
  private noteTimer: ReturnType<typeof setTimeout> | undefined
  private marksOfEarlierTabs: string[] = []
  private toNote: Uint8Array = new Uint8Array([0])
  private marked = false
  private readonly tab = Math.random().toString(36).slice(2)

  constructor (private readonly options: OfflineOptions) {
    this.name = databaseName(options.user, options.documentId, options.generation)
  }

  /** Resolves when the kept text is in the document, or after a while if there is nowhere to keep it. */
  async load (): Promise<void> {
    const late = new Promise<void>(resolve => setTimeout(resolve, PATIENCE))
    await Promise.race([this.open().catch(() => this.gone()), late])
  }

  private async open (): Promise<void> {
    const { doc } = this.options
    noteDatabase(this.name)
    const device = await DeviceStore.open(this.name, {
      failed: () => this.gone(),
      erased: () => { this.erased = true; this.gone() }
    })
    if (this.closed) return device.close()
    this.device = device
    const { rows, stored } = await device.read()
    // what came from the server while this browser took its time is kept too
    const early = Y.encodeStateAsUpdate(doc)
    for (const row of rows) Y.applyUpdate(doc, row, FROM_DEVICE)
    const vector = stored ?? new Uint8Array([0])
    if (rows.length && hasMore(Y.encodeStateVector(doc), vector)) this.unsentSince = vector
    this.working = true
    if (early.length > 2) device.add(early)
    if (rows.length > MANY_ROWS && !this.unsentSince) device.compact(Y.encodeStateAsUpdate(doc))
    this.marksOfEarlierTabs = unsentKeys(this.name)
    doc.on('update', this.onUpdate)
    if (typeof window !== 'undefined') window.addEventListener('storage', this.onStorage)
    this.options.changed()
  }

  /** Everything that was typed is on the disk of this device. */
  get keptAll (): boolean { return this.working && this.device?.pending === 0 }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (!this.working || origin === FROM_DEVICE) return
    this.device?.add(update, origin === this.options.server ? Y.parseUpdateMeta(update).to : undefined)
  }

  /** Another tab of the same person emptied the database, because the server refused what that one had. */
  private readonly onStorage = (event: StorageEvent): void => {
    if (event.key === clearedKey(this.name) && this.working) this.device?.compact(Y.encodeStateAsUpdate(this.options.doc))
  }

  /** Something was typed that the server does not have. */
  markUnsent (): void {
    if (!this.working || this.marked) return
    this.marked = store.set(unsentKey(this.name, this.tab), '1')
  }

  /** The server has everything that is in the document. */
  markStored (vector: Uint8Array): void {
    if (!this.working) return
    this.unsentSince = null
    if (this.marked) store.remove(unsentKey(this.name, this.tab))
    this.marked = false
    this.marksOfEarlierTabs.splice(0).forEach(store.remove)
    this.toNote = vector
    this.noteTimer ??= setTimeout(this.note, NOTE_DELAY)
  }

  private readonly note = (): void => {
    this.noteTimer = undefined
    if (!this.working || !this.device) return
    this.device.markStored(Y.decodeStateVector(this.toNote))
    if (this.device.rowCount > MANY_ROWS) this.device.compact(Y.encodeStateAsUpdate(this.options.doc))
  }

  private gone (): void {
    this.working = false
    this.options.changed()
  }

  close (): void {
    this.closed = true
    this.working = false
    clearTimeout(this.noteTimer)
    this.options.doc.off('update', this.onUpdate)
    if (typeof window !== 'undefined') window.removeEventListener('storage', this.onStorage)
    this.device?.close()
  }

  /** Forgets what is kept, so that it is never sent again; other tabs keep theirs anew. */
  async clear (): Promise<void> {
    store.remove(unsentKey(this.name, this.tab))
    await this.device?.clear().catch(() => {})
    store.set(clearedKey(this.name), String(Date.now()))
    this.close()
  }

  /** Erases the copy for every tab. */
  async erase (): Promise<void> {
    this.close()
    await deleteDatabase(this.name)
  }
}

/** Whether the state has something that the vector does not cover. */
function hasMore (state: Uint8Array, vector: Uint8Array): boolean {
  const known = Y.decodeStateVector(vector)
  return [...Y.decodeStateVector(state)].some(([client, clock]) => clock > (known.get(client) ?? 0))
}

export interface Retiring {
  user: string
  documentId: string
  /** the generation whose copy stays, null: none does, because this person may not write any more */
  keep: string | null
  /** takes what was never stored; false when it could not be put anywhere, then the copy stays too */
  rescue: (passages: Passage[]) => boolean
}

/** Erases copies that may not be sent any more, after handing over the words in them that were never stored. */
export async function retireCopies ({ user, documentId, keep, rescue }: Retiring): Promise<void> {
  const kept = keep === null ? '' : databaseName(user, documentId, keep)
  for (const name of await knownDatabases()) {
    if (name === kept || !name.startsWith(databasePrefix(user, documentId))) continue
    // what cannot be read now may be read another time
    const passages = await unsentPassages(name).catch(() => null)
    if (passages && (passages.length === 0 || rescue(passages))) await deleteDatabase(name)
  }
}

async function unsentPassages (name: string): Promise<Passage[]> {
  const device = await DeviceStore.open(name, { failed () {}, erased () {} })
  const doc = new Y.Doc()
  try {
    const { rows, stored } = await device.read()
    for (const row of rows) Y.applyUpdate(doc, row)
    return changedPassages(doc.getXmlFragment(rootName), stored ?? new Uint8Array([0]))
  } finally {
    device.close()
    doc.destroy()
  }
}
