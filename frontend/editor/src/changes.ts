/** What a Yjs document has that the server does not: as an update to send, and as words to rescue. */
import * as Y from 'yjs'

const isNothing = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0

/**
 * The update that the server lacks, or null. `serverUpdate` is the server's own sync step 2: Yjs puts *all* deletions into
 * every diff, so without comparing them each connection would seem to bring something new.
 */
export function missingOnServer (doc: Y.Doc, serverVector: Uint8Array, serverUpdate: Uint8Array | null): Uint8Array | null {
  const update = Y.encodeStateAsUpdate(doc, serverVector)
  if (isNothing(update)) return null
  const { structs, ds } = Y.decodeUpdate(update)
  if (structs.length > 0 || serverUpdate === null) return update
  return containsDeletions(deletionsOf(serverUpdate), ds.clients) ? null : update
}

type Ranges = Map<number, { clock: number, len: number }[]>

const deletionsOf = (update: Uint8Array): Ranges => Y.decodeUpdate(update).ds.clients as Ranges

/** True when every deleted range of `inner` lies in `outer`; ranges of one client may be split differently. */
function containsDeletions (outer: Ranges, inner: Ranges): boolean {
  for (const [client, ranges] of inner) {
    const known = [...(outer.get(client) ?? [])].sort((a, b) => a.clock - b.clock)
    for (const range of ranges) {
      let clock = range.clock
      for (const piece of known) {
        if (piece.clock <= clock && clock < piece.clock + piece.len) clock = piece.clock + piece.len
      }
      if (clock < range.clock + range.len) return false
    }
  }
  return true
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

/**
 * The texts of the blocks in which something was typed that the state vector does not cover. Used to hand words back when
 * they can no longer be sent; deletions leave nothing to hand back.
 */
export function changedTexts (fragment: Y.XmlFragment, vector: Uint8Array): string[] {
  const known = Y.decodeStateVector(vector)
  const texts: string[] = []
  const visit = (parent: Y.XmlFragment | Y.XmlElement): void => {
    const children = parent.toArray()
    const isText = children.some(child => child instanceof Y.XmlText)
    if (isText && parent instanceof Y.XmlElement) {
      const news = hasNews(parent, known) || children.some(child => child instanceof Y.XmlText && hasNews(child, known))
      const text = news ? blockText(parent).trim() : ''
      if (text) texts.push(text)
      return
    }
    for (const child of children) if (child instanceof Y.XmlElement) visit(child)
  }
  visit(fragment)
  return texts
}
