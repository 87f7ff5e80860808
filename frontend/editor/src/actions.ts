/** What the toolbar and the slash menu offer: one list of editing actions. */
import type { Schema } from 'prosemirror-model'
import type { Command } from 'prosemirror-state'
import {
  addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, mergeCells, splitCell,
  toggleHeaderRow
} from 'prosemirror-tables'
import type { EditorView } from 'prosemirror-view'
import { redoCommand, undoCommand } from 'y-prosemirror'
import {
  inNode, insertDivider, insertTable, markActive, setHeading, toggleCodeBlock, toggleList, toggleMarkNamed, toggleQuote
} from './commands.ts'
import { pickImage } from './images.ts'
import { editLink } from './link.ts'
import type { Page } from './page.ts'
import type { SlashItem } from './slash-menu.ts'
import { t } from './strings.ts'

export interface Action {
  id: string
  label: string
  icon: string
  keys?: string
  run: (view: EditorView) => void
  /** pressed or not; undefined for actions that are no switches */
  isOn?: (view: EditorView) => boolean
  isPossible?: (view: EditorView) => boolean
}

const command = (id: string, label: string, iconName: string, make: Command, keys?: string): Action => ({
  id,
  label,
  icon: iconName,
  keys,
  run: view => { make(view.state, view.dispatch, view); view.focus() },
  isPossible: view => make(view.state)
})

const mark = (schema: Schema, name: string, label: string, iconName: string, keys: string): Action => ({
  ...command(name, label, iconName, toggleMarkNamed(schema, name), keys),
  isOn: view => markActive(view.state, schema.marks[name])
})

const block = (name: string, label: string, iconName: string, make: Command, keys?: string): Action => ({
  ...command(name, label, iconName, make, keys),
  isOn: view => inNode(view.state, name)
})

/** Groups of the toolbar, in its order. */
export function toolbarGroups (schema: Schema, page: Page): Action[][] {
  const { nodes } = schema
  return [
    [
      { ...command('undo', t('undo'), 'arrow-counterclockwise', undoCommand, 'Mod-z') },
      { ...command('redo', t('redo'), 'arrow-clockwise', redoCommand, 'Mod-y') }
    ],
    [
      mark(schema, 'strong', t('bold'), 'type-bold', 'Mod-b'),
      mark(schema, 'em', t('italic'), 'type-italic', 'Mod-i'),
      mark(schema, 'strike', t('strike'), 'type-strikethrough', 'Mod-Shift-x'),
      {
        id: 'link',
        label: t('link'),
        icon: 'link-45deg',
        keys: 'Mod-k',
        run: view => { void editLink(view) },
        isOn: view => markActive(view.state, schema.marks.link)
      }
    ],
    [
      block('bullet_list', t('bullet_list'), 'list-ul', toggleList(nodes.bullet_list), 'Mod-Shift-8'),
      block('ordered_list', t('ordered_list'), 'list-ol', toggleList(nodes.ordered_list), 'Mod-Shift-7'),
      block('blockquote', t('quote'), 'blockquote-left', toggleQuote(schema), 'Mod-Shift-9')
    ],
    [
      command('table', t('table'), 'table', insertTable(schema)),
      { id: 'image', label: t('image'), icon: 'image', run: view => pickImage(view, page) }
    ]
  ]
}

/** Shown while the cursor is in a table. */
export function tableActions (): Action[] {
  return [
    command('row-above', t('row_above'), 'arrow-bar-up', addRowBefore),
    command('row-below', t('row_below'), 'arrow-bar-down', addRowAfter),
    command('column-before', t('column_before'), 'arrow-bar-left', addColumnBefore),
    command('column-after', t('column_after'), 'arrow-bar-right', addColumnAfter),
    command('header-row', t('header_row'), 'layout-three-columns', toggleHeaderRow),
    command('merge-cells', t('merge_cells'), 'union', mergeCells),
    command('split-cell', t('split_cell'), 'layout-split', splitCell),
    command('delete-row', t('delete_row'), 'dash-square', deleteRow),
    command('delete-column', t('delete_column'), 'file-minus', deleteColumn),
    command('delete-table', t('delete_table'), 'trash', deleteTable)
  ]
}

/** Items of the slash menu. English names stay as aliases: people who know them from elsewhere type them. */
export function slashItems (schema: Schema, page: Page): SlashItem[] {
  const { nodes } = schema
  const item = (id: string, label: string, hint: string, iconName: string, aliases: string, make: Command): SlashItem =>
    ({ id, label, hint, icon: iconName, aliases, run: view => { make(view.state, view.dispatch, view); view.focus() } })
  return [
    item('h1', t('heading_n', { level: 1 }), t('slash_heading'), 'type-h1', 'h1 heading title', setHeading(schema, 1)),
    item('h2', t('heading_n', { level: 2 }), t('slash_heading'), 'type-h2', 'h2 heading', setHeading(schema, 2)),
    item('h3', t('heading_n', { level: 3 }), t('slash_heading'), 'type-h3', 'h3 heading', setHeading(schema, 3)),
    item('paragraph', t('paragraph'), t('slash_paragraph'), 'text-paragraph', 'text paragraph', setHeading(schema, 0)),
    item('bullet', t('bullet_list'), t('slash_list'), 'list-ul', 'bullet list', toggleList(nodes.bullet_list)),
    item('ordered', t('ordered_list'), t('slash_numbered'), 'list-ol', 'numbered list', toggleList(nodes.ordered_list)),
    item('quote', t('quote'), t('slash_quote'), 'blockquote-left', 'quote', toggleQuote(schema)),
    item('table', t('table'), t('slash_table'), 'table', 'table', insertTable(schema)),
    { id: 'image', label: t('image'), hint: t('slash_image'), icon: 'image', aliases: 'image picture', run: view => pickImage(view, page) },
    item('divider', t('divider'), t('slash_divider'), 'hr', 'rule divider line', insertDivider(schema)),
    item('code', t('code_block'), t('slash_code'), 'code-square', 'code', toggleCodeBlock(schema))
  ]
}
