/**
 * Names of what the editor keeps in this browser, and erasing all of it on sign-out. Part of the small site bundle, hence
 * without Yjs.
 */
import { store } from './dom.ts'

const PREFIX = 'koprade:'
const LIST = `${PREFIX}databases`
/** state vector (base64) of what the server had when something was still unsaved */
export const dirtyKey = (database: string): string => `${PREFIX}dirty:${database}`
/** texts that could not reach the server, kept until the person discards them */
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
  store.remove(dirtyKey(name))
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

/** Erases every text and every half-written comment kept in this browser. Called before sign-out is sent. */
export async function eraseKept (): Promise<void> {
  const names = await knownDatabases()
  await Promise.all(names.map(deleteDatabase))
  for (const key of store.keys()) {
    if (key.startsWith(PREFIX) && key !== `${PREFIX}theme`) store.remove(key)
  }
}
