/**
 * Names of what the editor keeps in this browser, and erasing all of it on sign-out. Part of the small site bundle, hence
 * without Yjs.
 */
import { store, tabStore } from './dom.ts'

const PREFIX = 'koprade:'
const LIST = `${PREFIX}databases`
/** origin of changes that were read from this device */
export const FROM_DEVICE = Symbol('from this device')

/** a mark of each tab that has something the server does not have */
export const unsentKey = (database: string, tab: string): string => `${PREFIX}unsent:${database}:${tab}`
export const unsentKeys = (database = ''): string[] =>
  store.keys().filter(key => key.startsWith(database ? unsentKey(database, '') : `${PREFIX}unsent:`))
/** tells other tabs that a database was emptied */
export const clearedKey = (database: string): string => `${PREFIX}cleared:${database}`
/** words that could not reach the server, kept until the person discards them */
export const rescueKey = (user: string, documentId: string): string => `${PREFIX}rescued:${user}:${documentId}`

export const databasePrefix = (user: string, documentId: string): string => `${PREFIX}text:${user}:${documentId}:`
export const databaseName = (user: string, documentId: string, generation: string): string =>
  databasePrefix(user, documentId) + generation

/** Not every browser can list its databases, so the names are noted beside. */
export function noteDatabase (name: string): void {
  const names = new Set(notedDatabases())
  names.add(name)
  store.set(LIST, JSON.stringify([...names]))
}

function notedDatabases (): string[] {
  try {
    const names: unknown = JSON.parse(store.get(LIST) ?? '[]')
    return Array.isArray(names) ? names.filter(name => typeof name === 'string') : []
  } catch {
    return []
  }
}

/** Names of databases of ours that may exist in this browser. */
export async function knownDatabases (): Promise<string[]> {
  const names = new Set(notedDatabases())
  try {
    for (const { name } of await indexedDB.databases()) if (name?.startsWith(`${PREFIX}text:`)) names.add(name)
  } catch { /* the noted ones then */ }
  return [...names]
}

export function deleteDatabase (name: string): Promise<void> {
  unsentKeys(name).forEach(store.remove)
  store.remove(clearedKey(name))
  store.set(LIST, JSON.stringify(notedDatabases().filter(other => other !== name)))
  return new Promise(resolve => {
    try {
      const request = indexedDB.deleteDatabase(name)
      // a tab that still has it open lets go when it is told; it is deleted then
      request.onsuccess = request.onerror = request.onblocked = () => resolve()
    } catch {
      resolve()
    }
  })
}

/** Whether this browser keeps something that the server does not have. */
export const hasUnsent = (): boolean =>
  unsentKeys().length > 0 || [...store.keys(), ...tabStore.keys()].some(key => key.startsWith(`${PREFIX}rescued:`))

/** Erases every text and every half-written comment kept in this browser. Called before sign-out is sent. */
export async function eraseKept (): Promise<void> {
  const names = await knownDatabases()
  await Promise.all(names.map(deleteDatabase))
  for (const place of [store, tabStore]) {
    for (const key of place.keys()) {
      if (key.startsWith(PREFIX) && key !== `${PREFIX}theme`) place.remove(key)
    }
  }
}
