/**
 * The deletions of a Yjs update. Yjs puts *all* deletions of a document into every difference that it makes, however old
 * they are; here those that the other side has already are taken out.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

interface Range { clock: number, len: number }
export type Deletions = Map<number, Range[]>

export const deletionsOf = (update: Uint8Array): Deletions => Y.decodeUpdate(update).ds.clients as Deletions

/** Adds `more` to `known`. */
export function addDeletions (known: Deletions, more: Deletions): void {
  for (const [client, ranges] of more) known.set(client, [...(known.get(client) ?? []), ...ranges])
}

/** What is in `all` and not in `known`; ranges of one client may be split differently. */
export function withoutKnown (all: Deletions, known: Deletions): Deletions {
  const rest: Deletions = new Map()
  for (const [client, ranges] of all) {
    const pieces = [...(known.get(client) ?? [])].sort((a, b) => a.clock - b.clock)
    const left = ranges.flatMap(range => cut(range, pieces))
    if (left.length) rest.set(client, left)
  }
  return rest
}

function cut (range: Range, pieces: Range[]): Range[] {
  const left: Range[] = []
  const end = range.clock + range.len
  let clock = range.clock
  for (const piece of pieces) {
    if (piece.clock >= end) break
    if (piece.clock > clock) left.push({ clock, len: piece.clock - clock })
    clock = Math.max(clock, piece.clock + piece.len)
  }
  if (clock < end) left.push({ clock, len: end - clock })
  return left
}

/** The deletions as they stand at the end of an update (version 1 of the format). */
function encoded (deletions: Deletions): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, deletions.size)
  for (const [client, ranges] of [...deletions].sort(([a], [b]) => b - a)) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, len)
    }
  }
  return encoding.toUint8Array(encoder)
}

/** The update without deletions that are `known`, or null if nothing is left of it. */
export function withoutKnownDeletions (update: Uint8Array, known: Deletions): Uint8Array | null {
  const { structs, ds } = Y.decodeUpdate(update)
  const all = ds.clients as Deletions
  const rest = withoutKnown(all, known)
  if (structs.length === 0 && rest.size === 0) return null
  const tail = encoded(rest)
  const head = update.length - encoded(all).length
  const result = new Uint8Array(head + tail.length)
  result.set(update.subarray(0, head))
  result.set(tail, head)
  return result
}
