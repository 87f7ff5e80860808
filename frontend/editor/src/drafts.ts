/** Half-written comments, kept in this browser until they are sent: nothing typed is lost by a reload or a sign-in. */
import type { Anchor } from './anchors.ts'
import { store } from './dom.ts'

export interface Draft { anchor: Anchor, body: string, email: string, at: string }

const prefix = (documentId: string): string => `koprade:draft:${documentId}:`
export const draftKey = (documentId: string, anchor: Anchor): string =>
  `${prefix(documentId)}${anchor.block_id}:${anchor.start}-${anchor.end}`

export function readDraft (key: string): Draft | null {
  try {
    const draft = JSON.parse(store.get(key) ?? 'null') as Draft | null
    return draft && typeof draft.body === 'string' && draft.anchor ? draft : null
  } catch {
    return null
  }
}

export function writeDraft (key: string, draft: Omit<Draft, 'at'>): void {
  if (draft.body.trim() === '') store.remove(key)
  else store.set(key, JSON.stringify({ ...draft, at: new Date().toISOString() }))
}

export const forgetDraft = (key: string): void => store.remove(key)

/** Drafts of this document, the newest first. */
export function draftsOf (documentId: string): { key: string, draft: Draft }[] {
  return store.keys().filter(key => key.startsWith(prefix(documentId)))
    .map(key => ({ key, draft: readDraft(key) }))
    .filter((entry): entry is { key: string, draft: Draft } => entry.draft !== null)
    .sort((a, b) => b.draft.at.localeCompare(a.draft.at))
}
