/**
 * The copy of the text in this browser (IndexedDB), by person, document and generation.
 *
 * A generation changes when the server took something out of the history for good: a copy of an older generation must
 * never be merged again. What was typed in it and not saved is handed back as words.
 */
import { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import { changedTexts } from './changes.ts'
import { store } from './dom.ts'
import { databaseName, databasePrefix, deleteDatabase, dirtyKey, knownDatabases, noteDatabase } from './offline-names.ts'
import { rootName } from './schema.ts'

export interface OfflineOptions { user: string, documentId: string, generation: string, doc: Y.Doc }

export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), character => character.charCodeAt(0))

export class OfflineCopy {
  readonly name: string
  /** false when this browser cannot keep anything (private window, full disk) */
  working = true
  private readonly persistence: IndexeddbPersistence | null

  constructor (options: OfflineOptions) {
    this.name = databaseName(options.user, options.documentId, options.generation)
    let persistence: IndexeddbPersistence | null = null
    try {
      persistence = new IndexeddbPersistence(this.name, options.doc)
      noteDatabase(this.name)
    } catch {
      this.working = false
    }
    this.persistence = persistence
  }

  /** Resolves when the kept text is in the document, or at once if there is nowhere to keep it. */
  async load (): Promise<void> {
    if (!this.persistence) return
    const { persistence } = this
    const failed = (persistence as any)._db.then(() => new Promise<never>(() => {}), () => { this.working = false })
    const late = new Promise<void>(resolve => setTimeout(resolve, 3000))
    await Promise.race([persistence.whenSynced, failed, late])
  }

  /** State vector of what the server had when this browser was left with something unsaved, or null. */
  get dirtySince (): Uint8Array | null {
    const text = store.get(dirtyKey(this.name))
    try {
      return text === null ? null : fromBase64(text)
    } catch {
      return new Uint8Array([0])
    }
  }

  markDirty (vector: Uint8Array | null): void {
    if (this.dirtySince === null) store.set(dirtyKey(this.name), toBase64(vector ?? new Uint8Array([0])))
  }

  markClean (): void { store.remove(dirtyKey(this.name)) }

  async close (): Promise<void> { await this.persistence?.destroy() }

  async erase (): Promise<void> {
    await this.close().catch(() => {})
    await deleteDatabase(this.name)
  }
}

/** Erases copies of other generations of this document; returns the words in them that were never saved. */
export async function retireOldGenerations (user: string, documentId: string, generation: string): Promise<string[]> {
  const current = databaseName(user, documentId, generation)
  const words: string[] = []
  for (const name of await knownDatabases()) {
    if (name === current || !name.startsWith(databasePrefix(user, documentId))) continue
    const dirty = store.get(dirtyKey(name))
    if (dirty !== null) words.push(...await textsOf(name, fromBase64(dirty)))
    await deleteDatabase(name)
  }
  return words
}

async function textsOf (name: string, vector: Uint8Array): Promise<string[]> {
  const doc = new Y.Doc()
  const copy = new IndexeddbPersistence(name, doc)
  await Promise.race([copy.whenSynced, new Promise(resolve => setTimeout(resolve, 3000))])
  const texts = changedTexts(doc.getXmlFragment(rootName), vector)
  await copy.destroy()
  return texts
}
