/** Finding blocks by id and counting inside of them the way anchors do. */
import type { Node, ResolvedPos } from 'prosemirror-model'
import { blockIdAttribute, isIdentified } from './schema.ts'

export interface Block {
  id: string
  node: Node
  /** position before the node */
  pos: number
}

/** one inline atom in the text of a block (OBJECT REPLACEMENT CHARACTER) */
export const ATOM = '\ufffc'

/**
 * The inline text of a block: UTF-16 string where each inline atom (image, hard break) is one character, so that string
 * offsets are distances of ProseMirror positions.
 */
export const inlineText = (node: Node): string => node.isTextblock
  ? node.textBetween(0, node.content.size, undefined, leaf => leaf.type.name === 'hard_break' ? '\n' : ATOM)
  : ''

/** All blocks with an id in the order of the text. */
export function blocksOf (doc: Node): Block[] {
  const blocks: Block[] = []
  doc.descendants((node, pos) => {
    if (isIdentified(node.type.name)) {
      const id = node.attrs[blockIdAttribute]
      if (id) blocks.push({ id, node, pos })
    }
    return !node.isTextblock
  })
  return blocks
}

export function blockById (doc: Node, id: string): Block | null {
  let found: Block | null = null
  doc.descendants((node, pos) => {
    if (found) return false
    if (isIdentified(node.type.name) && node.attrs[blockIdAttribute] === id) found = { id, node, pos }
    return !found && !node.isTextblock
  })
  return found
}

/** The innermost text block with an id around a position, or right after it (a selected node). */
export function blockAt ($pos: ResolvedPos): Block | null {
  for (let depth = $pos.depth; depth > 0; depth--) {
    const node = $pos.node(depth)
    const id = node.attrs[blockIdAttribute]
    if (isIdentified(node.type.name) && id) return { id, node, pos: $pos.before(depth) }
  }
  const after = $pos.nodeAfter
  if (after && isIdentified(after.type.name) && after.attrs[blockIdAttribute]) {
    return { id: after.attrs[blockIdAttribute], node: after, pos: $pos.pos }
  }
  return null
}
