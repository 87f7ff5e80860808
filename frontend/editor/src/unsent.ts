/**
 * What was typed and is not committed, in the order in which it was typed, so that very much of it can be sent in parts.
 *
 * A part ends where a change of the editor ended. Cut anywhere else, others would for a moment see half a list or half a
 * table, and their editors delete what is no valid text.
 */
import * as Y from 'yjs'
import { addDeletions, deletionsOf, withoutKnownDeletions, type Deletions } from './deletions.ts'

/** bytes from which on an answer is sent in parts, and the aim for a part */
const PART = 256 * 1024
/** bytes of neighbouring changes that are kept as one */
const PIECE = 16 * 1024

/** Merges neighbours as long as they stay below `limit` bytes. */
export function grouped (updates: Uint8Array[], limit: number): Uint8Array[] {
  const groups: Uint8Array[][] = []
  let size = 0
  for (const update of updates) {
    if (groups.length === 0 || size + update.length > limit) {
      groups.push([])
      size = 0
    }
    groups[groups.length - 1].push(update)
    size += update.length
  }
  return groups.map(group => group.length === 1 ? group[0] : Y.mergeUpdates(group))
}

export class UnsentLog {
  private updates: Uint8Array[] = []
  private fresh: Uint8Array[] = []
  private freshSize = 0

  add (update: Uint8Array): void {
    this.fresh.push(update)
    this.freshSize += update.length
    if (this.freshSize > PIECE) this.pack()
  }

  clear (): void {
    this.updates = []
    this.fresh = []
    this.freshSize = 0
  }

  private pack (): void {
    this.updates.push(...grouped(this.fresh, PIECE))
    this.fresh = []
    this.freshSize = 0
  }

  /**
   * Cuts `whole`, what the server lacks, into parts of at most `limit` bytes, each of which builds only on those before it.
   * Null if that is impossible: one single change is longer, or `whole` has more than this log.
   */
  parts (whole: Uint8Array, serverVector: Uint8Array, serverUpdate: Uint8Array | null, limit: number): Uint8Array[] | null {
    if (whole.length <= Math.min(PART, limit)) return [whole]
    this.pack()
    const cutter = new Cutter(serverVector, serverUpdate ? deletionsOf(serverUpdate) : new Map(), limit)
    for (const update of grouped(this.updates, Math.min(PART, limit))) if (!cutter.take(update)) break
    // what the log did not have (for example because the server forgot something) goes last
    if (cutter.take(whole)) return cutter.parts
    return whole.length <= limit ? [whole] : null
  }
}

/** Follows what the server will have after each part. */
class Cutter {
  readonly parts: Uint8Array[] = []
  private readonly clocks: Map<number, number>
  private readonly deletions: Deletions

  constructor (vector: Uint8Array, deletions: Deletions, private readonly limit: number) {
    this.clocks = Y.decodeStateVector(vector)
    this.deletions = deletions
  }

  /** Makes a part of what is new in the update; false if that is too long or something before it is missing. */
  take (update: Uint8Array): boolean {
    const news = withoutKnownDeletions(Y.diffUpdate(update, Y.encodeStateVector(this.clocks as any)), this.deletions)
    if (news === null) return true
    const { from, to } = Y.parseUpdateMeta(news)
    const isWhole = [...from].every(([client, clock]) => clock <= (this.clocks.get(client) ?? 0))
    if (!isWhole || news.length > this.limit) return false
    for (const [client, clock] of to) this.clocks.set(client, Math.max(clock, this.clocks.get(client) ?? 0))
    addDeletions(this.deletions, deletionsOf(news))
    this.parts.push(news)
    return true
  }
}
