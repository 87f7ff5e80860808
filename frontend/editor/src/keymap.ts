/** Keyboard of the editor. Tab is ours only in lists and tables, and Escape before Tab always leaves the text. */
import {
  baseKeymap, chainCommands, deleteSelection, exitCode, joinBackward, joinForward, selectNodeBackward, selectNodeForward
} from 'prosemirror-commands'
import { undoInputRule } from 'prosemirror-inputrules'
import { keydownHandler } from 'prosemirror-keymap'
import type { Schema } from 'prosemirror-model'
import { liftListItem, sinkListItem, splitListItem } from 'prosemirror-schema-list'
import { Plugin, type Command } from 'prosemirror-state'
import { goToNextCell } from 'prosemirror-tables'
import { redoCommand, undoCommand } from 'y-prosemirror'
import {
  insertHardBreak, keepingItems, liftItemFromStart, setHeading, toggleCodeBlock, toggleList, toggleMarkNamed, toggleQuote
} from './commands.ts'

export interface KeyActions {
  reassureSaved: () => void
  editLink: () => void
  comment: () => void
  focusToolbar: () => void
}

const backspace = chainCommands(undoInputRule, deleteSelection, keepingItems(joinBackward), liftItemFromStart, selectNodeBackward)
const forwardDelete = chainCommands(deleteSelection, keepingItems(joinForward), selectNodeForward)

const done = (action: () => void): Command => () => { action(); return true }

function bindings (schema: Schema, actions: KeyActions): Record<string, Command> {
  const { nodes } = schema
  const keys: Record<string, Command> = {
    'Mod-z': undoCommand,
    'Mod-y': redoCommand,
    'Shift-Mod-z': redoCommand,
    'Mod-b': toggleMarkNamed(schema, 'strong'),
    'Mod-i': toggleMarkNamed(schema, 'em'),
    'Mod-e': toggleMarkNamed(schema, 'code'),
    'Shift-Mod-x': toggleMarkNamed(schema, 'strike'),
    'Shift-Mod-7': toggleList(nodes.ordered_list),
    'Shift-Mod-8': toggleList(nodes.bullet_list),
    'Shift-Mod-9': toggleQuote(schema),
    'Shift-Mod-\\': toggleCodeBlock(schema),
    'Mod-k': done(actions.editLink),
    'Mod-s': done(actions.reassureSaved),
    'Mod-Alt-m': done(actions.comment),
    'Alt-F10': done(actions.focusToolbar),
    'Mod-Enter': exitCode,
    'Shift-Enter': chainCommands(exitCode, insertHardBreak(schema)),
    Backspace: backspace,
    'Mod-Backspace': backspace,
    'Shift-Backspace': backspace,
    Delete: forwardDelete,
    'Mod-Delete': forwardDelete,
    Enter: chainCommands(splitListItem(nodes.list_item), baseKeymap.Enter),
    Tab: chainCommands(goToNextCell(1), sinkListItem(nodes.list_item)),
    'Shift-Tab': chainCommands(goToNextCell(-1), liftListItem(nodes.list_item))
  }
  for (let level = 0; level <= 4; level++) keys[`Mod-Alt-${level}`] = setHeading(schema, level)
  return keys
}

export function keymapPlugin (schema: Schema, actions: KeyActions): Plugin {
  const own = keydownHandler(bindings(schema, actions))
  const base = keydownHandler(baseKeymap)
  let leaving = false
  return new Plugin({
    props: {
      handleKeyDown (view, event) {
        if (event.key === 'Tab' && leaving) return false
        if (!['Shift', 'Tab'].includes(event.key)) leaving = event.key === 'Escape'
        return own(view, event) || base(view, event)
      }
    }
  })
}

const isApple = (): boolean => /Mac|iP(hone|ad|od)/.test(navigator.platform)

/** `Mod-Alt-m` as people read it. */
export function shortcutLabel (keys: string): string {
  const apple = isApple()
  return keys.split('-').map(key => {
    if (key === 'Mod') return apple ? '⌘' : 'Ctrl'
    if (key === 'Shift') return apple ? '⇧' : 'Shift'
    if (key === 'Alt') return apple ? '⌥' : 'Alt'
    return key.length === 1 ? key.toUpperCase() : key
  }).join(apple ? '' : '+')
}
