/**
 * Anchors of comments: where in the text a comment belongs (W3C Web Annotation selectors as one object).
 *
 * Offsets are UTF-16 units in the inline text of a block, an inline atom counting 1. The Yjs relative positions follow
 * the words through any edit; the quote finds them again when the positions are gone (another generation, words moved).
 */
import type { EditorState } from 'prosemirror-state'
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { ATOM, blockAt, blockById, blocksOf, inlineText, type Block } from './blocks.ts'

export interface Anchor {
  block_id: string
  start: number
  end: number
  quote: string
  prefix: string
  suffix: string
  relative_start: string
  relative_end: string
  generation: string
}

export interface Range { from: number, to: number }

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), character => character.charCodeAt(0))

const CONTEXT = 32

/** Cuts at most `length` units without halving a surrogate pair. */
const head = (text: string, length: number): string => {
  const cut = text.slice(0, length)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}
const tail = (text: string, length: number): string => {
  const cut = text.slice(Math.max(0, text.length - length))
  return /^[\udc00-\udfff]/.test(cut) ? cut.slice(1) : cut
}

interface Binding { doc: Y.Doc, type: Y.XmlFragment, binding: { mapping: Map<any, any> } | null }

/** The start of a passage holds on to the character after it, the end to the one before: words typed at its edges stay out. */
function relative (state: EditorState, pos: number, isEnd: boolean): string {
  const sync = ySyncPluginKey.getState(state) as Binding | undefined
  if (!sync?.binding) return ''
  try {
    let position = absolutePositionToRelativePosition(pos, sync.type, sync.binding.mapping) as Y.RelativePosition
    const point = isEnd ? Y.createAbsolutePositionFromRelativePosition(position, sync.doc) : null
    if (point && point.type instanceof Y.XmlText && point.index > 0) {
      position = Y.createRelativePositionFromTypeIndex(point.type, point.index, -1)
    }
    return toBase64(Y.encodeRelativePosition(position))
  } catch {
    return '' // the quote is enough
  }
}

function absolute (state: EditorState, encoded: string): number | null {
  const sync = ySyncPluginKey.getState(state) as Binding | undefined
  if (!sync?.binding || !encoded) return null
  try {
    const position = Y.decodeRelativePosition(fromBase64(encoded))
    return relativePositionToAbsolutePosition(sync.doc, sync.type, position, sync.binding.mapping)
  } catch {
    return null
  }
}

function anchorInBlock (state: EditorState, block: Block, start: number, end: number, generation: string): Anchor {
  const text = inlineText(block.node)
  const inside = block.pos + 1
  return {
    block_id: block.id,
    start,
    end,
    quote: text.slice(start, end),
    prefix: tail(text.slice(0, start), CONTEXT),
    suffix: head(text.slice(end), CONTEXT),
    relative_start: relative(state, inside + start, false),
    relative_end: relative(state, inside + end, true),
    generation
  }
}

/**
 * Anchor of a range. A range over several blocks is anchored in the first block that has words in it, up to that block's
 * end: a comment stands beside one passage. Null where there is no block to hold on to.
 */
export function anchorOfRange (state: EditorState, range: Range, generation: string): Anchor | null {
  const touched = blocksOf(state.doc).filter(({ node, pos }) =>
    node.isTextblock && pos + 1 < range.to && pos + node.nodeSize - 1 > range.from)
  const block = touched[0]
  if (block) {
    const inside = block.pos + 1
    const start = Math.max(0, range.from - inside)
    const end = Math.min(block.node.content.size, range.to - inside)
    if (end > start) return anchorInBlock(state, block, start, end, generation)
  }
  return anchorOfBlock(state, range.from, generation)
}

/** Anchor of the whole block around or at a position. */
export function anchorOfBlock (state: EditorState, pos: number, generation: string): Anchor | null {
  const block = blockAt(state.doc.resolve(Math.min(pos, state.doc.content.size)))
  return block ? anchorInBlock(state, block, 0, block.node.isTextblock ? block.node.content.size : 0, generation) : null
}

/** Where a quote stands in a text; of several places the one whose surroundings fit best, then the nearest. */
export function findQuote (text: string, anchor: Pick<Anchor, 'quote' | 'prefix' | 'suffix' | 'start'>): number | null {
  const { quote, prefix, suffix, start } = anchor
  if (!quote) return null
  let best: { at: number, score: number } | null = null
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) {
    const before = commonSuffix(text.slice(0, at), prefix)
    const after = commonPrefix(text.slice(at + quote.length), suffix)
    const score = (before + after) * 1000 - Math.min(999, Math.abs(at - start))
    if (!best || score > best.score) best = { at, score }
  }
  return best?.at ?? null
}

function commonPrefix (a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

function commonSuffix (a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length++
  return length
}

function byRelative (state: EditorState, anchor: Anchor, generation: string): Range | null {
  if (anchor.generation && anchor.generation !== generation) return null
  const from = absolute(state, anchor.relative_start)
  const to = absolute(state, anchor.relative_end)
  if (from === null || to === null || from >= to || to > state.doc.content.size) return null
  const $from = state.doc.resolve(from)
  if (!$from.parent.isTextblock) return null
  // both ends in one text block: else the passage was split, and the first part stands for it
  const end = $from.end()
  return { from, to: Math.min(to, end) }
}

function byQuote (block: Block, anchor: Anchor): Range | null {
  if (!block.node.isTextblock) return null
  const at = findQuote(inlineText(block.node), anchor)
  return at === null ? null : { from: block.pos + 1 + at, to: block.pos + 1 + at + anchor.quote.length }
}

/** The whole block, for comments on a paragraph or an empty quote. */
function wholeBlock (block: Block): Range {
  return block.node.isTextblock
    ? { from: block.pos + 1, to: block.pos + 1 + block.node.content.size }
    : { from: block.pos, to: block.pos + block.node.nodeSize }
}

/** Where the anchor's words are now, or null: the thread is orphaned then. */
export function resolveAnchor (state: EditorState, anchor: Anchor, generation: string): Range | null {
  const relativeRange = byRelative(state, anchor, generation)
  if (relativeRange) return relativeRange
  const own = anchor.block_id ? blockById(state.doc, anchor.block_id) : null
  if (own && !anchor.quote.replaceAll(ATOM, '').trim()) return wholeBlock(own)
  const inBlock = own && byQuote(own, anchor)
  if (inBlock) return inBlock
  // very short quotes are found anywhere: only a quote that means something moves to another block
  if (anchor.quote.trim().length < 4) return null
  let best: { range: Range, fit: number } | null = null
  for (const block of blocksOf(state.doc)) {
    const range = byQuote(block, anchor)
    if (!range) continue
    const text = inlineText(block.node)
    const at = range.from - block.pos - 1
    const fit = commonSuffix(text.slice(0, at), anchor.prefix) + commonPrefix(text.slice(at + anchor.quote.length), anchor.suffix)
    if (!best || fit > best.fit) best = { range, fit }
  }
  return best?.range ?? null
}
