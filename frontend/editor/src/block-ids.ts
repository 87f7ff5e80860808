/**
 * Gives every block that should have an id one, and renews ids that a split, a paste or a drag has doubled.
 *
 * Only for what this person did: changes that come from others arrive with ids already, and two browsers that both
 * repair the same remote change would fight.
 */
import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state'
import { ySyncPluginKey } from 'y-prosemirror'
import { blockById } from './blocks.ts'
import { blockIdAttribute, isBlockId, isIdentified } from './schema.ts'

export const blockIdsKey = new PluginKey('koprade-block-ids')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** 12 characters, 71 bits: no collision within a document in any human lifetime. */
export function newBlockId (): string {
  let id = ''
  while (id.length < 12) {
    for (const byte of crypto.getRandomValues(new Uint8Array(24))) {
      // 248 is the greatest multiple of 62 below 256: no letter is likelier than another
      if (byte < 248 && id.length < 12) id += ALPHABET[byte % 62]
    }
  }
  return id
}

const isRemote = (transaction: Transaction): boolean => transaction.getMeta(ySyncPluginKey)?.isChangeOrigin === true

interface Holder { pos: number, node: Node }

const isEmptyText = (node: Node): boolean => node.isTextblock && node.content.size === 0

/** Blocks by id; those without a usable id under the empty string. */
function holdersById (doc: Node): Map<string, Holder[]> {
  const holders = new Map<string, Holder[]>()
  doc.descendants((node, pos) => {
    if (isIdentified(node.type.name)) {
      const id = node.attrs[blockIdAttribute]
      const key = isBlockId(id) ? id : ''
      holders.set(key, [...(holders.get(key) ?? []), { pos, node }])
    }
    return !node.isTextblock
  })
  return holders
}

/**
 * Which of several blocks with one id keeps it: the one that stood there before (not the pasted copy), but after Enter
 * at the start of a paragraph the words, not the empty line before them.
 */
function keeper (holders: Holder[], before: number | undefined): Holder {
  const same = holders.findIndex(holder => holder.pos === before)
  const candidate = Math.max(same, 0)
  const next = holders[candidate + 1]
  const split = next && isEmptyText(holders[candidate].node) && next.node.content.size > 0
  return split ? next : holders[candidate]
}

/** A transaction that gives the missing ids and renews doubles, or null; `before` tells where a block stood (mapped). */
export function repairBlockIds (state: EditorState, before: (id: string) => number | undefined = () => undefined): Transaction | null {
  const renew: Holder[] = []
  for (const [id, holders] of holdersById(state.doc)) {
    if (id === '') renew.push(...holders)
    else if (holders.length > 1) {
      const kept = keeper(holders, before(id))
      renew.push(...holders.filter(holder => holder !== kept))
    }
  }
  if (!renew.length) return null
  const tr = state.tr
  for (const { pos } of renew) tr.setNodeAttribute(pos, blockIdAttribute, newBlockId())
  return tr
}

/** Where a block of the old document stands after the transactions; undefined when it was deleted. */
function positionBefore (old: EditorState, transactions: readonly Transaction[], id: string): number | undefined {
  let pos = blockById(old.doc, id)?.pos
  for (const transaction of transactions) {
    if (pos === undefined) return undefined
    const mapped = transaction.mapping.mapResult(pos, 1)
    pos = mapped.deletedAfter ? undefined : mapped.pos
  }
  return pos
}

export function blockIdsPlugin (): Plugin {
  return new Plugin({
    key: blockIdsKey,
    appendTransaction (transactions, old, state) {
      if (!transactions.some(tr => tr.docChanged && !isRemote(tr))) return null
      return repairBlockIds(state, id => positionBefore(old, transactions, id))
    }
  })
}
