/** What a Yjs document has that the server does not: as an update to send, and as words to rescue. */
import * as Y from 'yjs'
import { deletionsOf, withoutKnownDeletions } from './deletions.ts'

/**
 * The update that the server lacks, or null. `serverUpdate` is the server's own sync step 2: it has all deletions that the
 * server knows.
 */
export function missingOnServer (doc: Y.Doc, serverVector: Uint8Array, serverUpdate: Uint8Array | null): Uint8Array | null {
  const update = Y.encodeStateAsUpdate(doc, serverVector)
  if (update.length === 2) return null // nothing at all: spares reading the server's
  return withoutKnownDeletions(update, serverUpdate ? deletionsOf(serverUpdate) : new Map())
}

type Vector = Map<number, number>

function hasNews (type: Y.AbstractType<any>, vector: Vector): boolean {
  for (let item = (type as any)._start; item !== null; item = item.right) {
    if (!item.deleted && item.id.clock + item.length > (vector.get(item.id.client) ?? 0)) return true
  }
  return false
}

function blockText (element: Y.XmlElement): string {
  return element.toArray()
    .map(child => child instanceof Y.XmlText
      ? child.toDelta().map((op: { insert: unknown }) => typeof op.insert === 'string' ? op.insert : '').join('')
      : '\n')
    .join('')
}

/** A block with words that did not reach the server. */
export interface Passage {
  /** the title that it stands under, empty before the first one */
  under: string
  /** its id, so that it can be found again */
  block: string
  text: string
}

/**
 * The blocks in which something was typed that the state vector does not cover. Used to hand words back when they can no
 * longer be sent; deletions leave nothing to hand back.
 */
export function changedPassages (fragment: Y.XmlFragment, vector: Uint8Array): Passage[] {
  const known = Y.decodeStateVector(vector)
  const passages: Passage[] = []
  let under = ''
  const visit = (parent: Y.XmlFragment | Y.XmlElement, inherited: string): void => {
    const own = parent instanceof Y.XmlElement ? parent.getAttribute('id') : undefined
    const block = typeof own === 'string' ? own : inherited
    const children = parent.toArray()
    if (parent instanceof Y.XmlElement && children.some(child => child instanceof Y.XmlText)) {
      const text = blockText(parent).trim()
      const news = hasNews(parent, known) || children.some(child => child instanceof Y.XmlText && hasNews(child, known))
      if (news && text) passages.push({ under, block, text })
      if (parent.nodeName === 'heading') under = text
      return
    }
    for (const child of children) if (child instanceof Y.XmlElement) visit(child, block)
  }
  visit(fragment, '')
  return passages
}
