/** Editing commands that the toolbar, the slash menu, the keyboard and the input rules share. */
import { lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands'
import type { MarkType, Node, NodeType, Schema } from 'prosemirror-model'
import { liftListItem, wrapInList } from 'prosemirror-schema-list'
import { TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state'
import { newBlockId } from './block-ids.ts'

/** Innermost ancestor of the selection that the test accepts, with its position and depth. */
export function ancestor (state: EditorState, test: (node: Node) => boolean): { node: Node, pos: number, depth: number } | null {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth)
    if (test(node)) return { node, pos: $from.before(depth), depth }
  }
  return null
}

const isList = (node: Node): boolean => node.type.name === 'bullet_list' || node.type.name === 'ordered_list'

export function inNode (state: EditorState, name: string): boolean {
  if (name === 'bullet_list' || name === 'ordered_list') return ancestor(state, isList)?.node.type.name === name
  return ancestor(state, node => node.type.name === name) !== null
}

export function markActive (state: EditorState, type: MarkType): boolean {
  const { from, to, empty, $from } = state.selection
  if (empty) return !!type.isInSet(state.storedMarks ?? $from.marks())
  return state.doc.rangeHasMark(from, to, type)
}

/** 1–6 for a heading, 0 for a paragraph, -1 for anything else. */
export function headingLevel (state: EditorState): number {
  const parent = state.selection.$from.parent
  if (parent.type.name === 'heading') return parent.attrs.level
  return parent.type.name === 'paragraph' ? 0 : -1
}

export const setHeading = (schema: Schema, level: number): Command => (state, dispatch) => level === 0
  ? setBlockType(schema.nodes.paragraph)(state, dispatch)
  : setBlockType(schema.nodes.heading, { level })(state, dispatch)

export const toggleMarkNamed = (schema: Schema, name: string): Command => toggleMark(schema.marks[name])

/** Into a list, out of it, or from one kind of list to the other. */
export const toggleList = (type: NodeType): Command => (state, dispatch) => {
  const list = ancestor(state, isList)
  if (!list) return wrapInList(type)(state, dispatch)
  if (list.node.type === type) return liftListItem(state.schema.nodes.list_item)(state, dispatch)
  dispatch?.(state.tr.setNodeMarkup(list.pos, type, { tight: list.node.attrs.tight }).scrollIntoView())
  return true
}

function itemsWithoutParagraph (doc: Node): number {
  let count = 0
  doc.descendants(node => {
    if (node.type.name === 'list_item' && node.firstChild?.type.name !== 'paragraph') count++
    return !node.isTextblock
  })
  return count
}

/**
 * The command, unless it would take an item's own words away from its bullet. The schema allows an item that begins with
 * a list, so that working at the same time loses nothing; nobody should get one by pressing a key.
 */
export const keepingItems = (command: Command): Command => (state, dispatch, view) => {
  const made: Transaction[] = []
  if (!command(state, tr => { made.push(tr) }, view)) return false
  if (made.some(tr => itemsWithoutParagraph(tr.doc) > itemsWithoutParagraph(state.doc))) return false
  if (dispatch) made.forEach(dispatch)
  return true
}

/** Takes the whole item one level out when the cursor stands before its first word. */
export const liftItemFromStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  const { list_item: item } = state.schema.nodes
  if (!empty || !$from.parent.isTextblock || $from.parentOffset > 0 || $from.index(-1) > 0 || $from.node(-1).type !== item) return false
  return liftListItem(item)(state, dispatch)
}

export const toggleQuote = (schema: Schema): Command => (state, dispatch) =>
  inNode(state, 'blockquote') ? lift(state, dispatch) : wrapIn(schema.nodes.blockquote)(state, dispatch)

export const toggleCodeBlock = (schema: Schema): Command => (state, dispatch) =>
  inNode(state, 'code_block') ? setBlockType(schema.nodes.paragraph)(state, dispatch) : setBlockType(schema.nodes.code_block)(state, dispatch)

/** Puts a block after the one with the cursor (or in the place of an empty paragraph). */
function insertBlock (state: EditorState, node: Node, cursorAt: (start: number) => number) {
  const { $from } = state.selection
  if ($from.depth === 0) return null
  const tr = state.tr
  const parent = $from.parent
  const isEmpty = parent.type.name === 'paragraph' && parent.content.size === 0
  const at = isEmpty ? $from.before() : $from.after()
  const index = isEmpty ? $from.index(-1) : $from.indexAfter(-1)
  if (!$from.node(-1).canReplaceWith(index, index + (isEmpty ? 1 : 0), node.type)) return null
  if (isEmpty) tr.replaceWith(at, $from.after(), node)
  else tr.insert(at, node)
  return tr.setSelection(TextSelection.near(tr.doc.resolve(cursorAt(at)), 1)).scrollIntoView()
}

export const insertDivider = (schema: Schema): Command => (state, dispatch) => {
  const rule = schema.nodes.horizontal_rule.create({ id: newBlockId() })
  const tr = insertBlock(state, rule, at => at + 1)
  if (!tr) return false
  // a rule at the very end would leave no place to go on writing
  if (tr.selection.$from.pos >= tr.doc.content.size || !tr.selection.$from.parent.isTextblock) {
    tr.insert(tr.doc.content.size, schema.nodes.paragraph.create())
    tr.setSelection(TextSelection.atEnd(tr.doc))
  }
  dispatch?.(tr)
  return true
}

export const insertTable = (schema: Schema, rows = 3, columns = 3): Command => (state, dispatch) => {
  if (inNode(state, 'table')) return false
  const { table, table_row: row, table_cell: cell, table_header: header } = schema.nodes
  const line = (type: NodeType): Node => row.create(null, Array.from({ length: columns }, () => type.createAndFill()!))
  const node = table.create(null, [line(header), ...Array.from({ length: rows - 1 }, () => line(cell))])
  const tr = insertBlock(state, node, at => at + 4)
  if (!tr) return false
  // words can be written after a table that ends the text
  const end = tr.doc.lastChild
  if (end?.type === table) tr.insert(tr.doc.content.size, schema.nodes.paragraph.create())
  dispatch?.(tr)
  return true
}

export const insertHardBreak = (schema: Schema): Command => (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent || state.selection.$from.parent.type.spec.code) return false
  dispatch?.(state.tr.replaceSelectionWith(schema.nodes.hard_break.create()).scrollIntoView())
  return true
}
