/** The ProseMirror view on the shared text with all plugins. */
import { dropCursor } from 'prosemirror-dropcursor'
import { gapCursor } from 'prosemirror-gapcursor'
import type { Schema } from 'prosemirror-model'
import { EditorState, Plugin, type Transaction } from 'prosemirror-state'
import { tableEditing } from 'prosemirror-tables'
import { Decoration, DecorationSet, EditorView } from 'prosemirror-view'
import { ySyncPlugin, ySyncPluginKey, yUndoPlugin } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { slashItems } from './actions.ts'
import { blockIdsPlugin } from './block-ids.ts'
import type { Comments } from './comments.ts'
import { cursorsPlugin, nameMovingCursors } from './cursors.ts'
import { h } from './dom.ts'
import { highlightsPlugin } from './highlights.ts'
import { imagesPlugin } from './images.ts'
import { inputRulesPlugin } from './input-rules.ts'
import { keymapPlugin } from './keymap.ts'
import { editLink, linkBubblePlugin } from './link.ts'
import type { Page } from './page.ts'
import { pastePlugin } from './paste.ts'
import { rootName } from './schema.ts'
import { selectionButtonPlugin } from './selection-button.ts'
import { slashMenuPlugin } from './slash-menu.ts'
import { t } from './strings.ts'
import { toolbarPlugin } from './toolbar.ts'

export interface EditorOptions {
  page: Page
  schema: Schema
  doc: Y.Doc
  awareness: Awareness
  comments: Comments
  toolbar: HTMLElement | null
  canWrite: () => boolean
  maxFrame: () => number
  reassure: () => void
}

const isRemote = (tr: Transaction): boolean => tr.getMeta(ySyncPluginKey)?.isChangeOrigin === true

/**
 * prosemirror-tables repairs tables after every change. Two browsers that both repair what a third one sent would each
 * add cells, and so on: only who edits repairs.
 */
function tablesPlugin (): Plugin {
  const plugin = tableEditing()
  const repair = plugin.spec.appendTransaction
  return new Plugin({
    ...plugin.spec,
    appendTransaction: (transactions, before, after) => transactions.every(isRemote)
      ? null
      : repair?.call(plugin, transactions, before, after)
  })
}

function plugins (options: EditorOptions, viewOf: () => EditorView): Plugin[] {
  const { page, schema, comments, awareness } = options
  const toolbar = options.toolbar
    ? toolbarPlugin({ schema, page, element: options.toolbar, comment: page.canComment ? comments.commentSelection : null })
    : null
  return [
    ySyncPlugin(options.doc.getXmlFragment(rootName)) as Plugin,
    cursorsPlugin(awareness),
    yUndoPlugin() as Plugin,
    slashMenuPlugin(slashItems(schema, page)),
    imagesPlugin(page),
    keymapPlugin(schema, {
      reassureSaved: options.reassure,
      editLink: () => { void editLink(viewOf()) },
      comment: comments.commentSelection,
      focusToolbar: () => toolbar?.focus()
    }),
    inputRulesPlugin(schema),
    pastePlugin({ page, maxFrame: options.maxFrame }),
    blockIdsPlugin(),
    tablesPlugin(),
    readableTablesPlugin(options.canWrite),
    dropCursor({ class: 'drop-cursor', color: false }),
    gapCursor(),
    highlightsPlugin(page.generation, comments.threadClicked),
    linkBubblePlugin(),
    ...(page.canComment && comments.panel ? [selectionButtonPlugin(comments.commentSelection)] : []),
    ...(toolbar ? [toolbar.plugin] : []),
    watchPlugin(comments),
    new Plugin({ view: view => ({ destroy: nameMovingCursors(view.dom, awareness) }) })
  ]
}

/** In a text that is only read, the keyboard must be able to scroll a wide table. */
function readableTablesPlugin (canWrite: () => boolean): Plugin {
  return new Plugin({
    props: {
      decorations (state) {
        if (canWrite()) return null
        const tables: Decoration[] = []
        const name = (): string => `${t('table')} ${tables.length + 1}`
        state.doc.descendants((node, pos) => {
          if (node.type.name === 'table') {
            tables.push(Decoration.node(pos, pos + node.nodeSize, { tabindex: '0', role: 'region', 'aria-label': name() }))
          }
          return !node.isTextblock
        })
        return DecorationSet.create(state.doc, tables)
      }
    }
  })
}

/** Tells the comments when the text changed, and whether by this person. */
function watchPlugin (comments: Comments): Plugin {
  return new Plugin({
    view: () => ({
      update (view, before) {
        const decorations = view.state.doc !== before.doc
        if (decorations) comments.changed(ySyncPluginKey.getState(view.state)?.isChangeOrigin !== true)
      }
    })
  })
}

function attributes (editable: boolean): Record<string, string> {
  const common = { id: 'editor-text', class: 'document-text-body' }
  if (!editable) return { ...common, 'data-mode': 'reading' }
  return {
    ...common,
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-label': t('editor_label'),
    'aria-describedby': 'editor-hint',
    spellcheck: 'true',
    // page translators would write their translation into the shared text
    translate: 'no',
    'data-mode': 'writing'
  }
}

/** Puts the editor in the place of the server's HTML, in one step so that nothing moves. */
export function createEditorView (options: EditorOptions): EditorView {
  const { page } = options
  const frame = h('div', { class: 'editor-frame' })
  const hint = h('p', { id: 'editor-hint', class: 'visually-hidden' }, t('editor_hint'))
  page.element.replaceChildren(frame, hint)
  const view: EditorView = new EditorView(frame, {
    state: EditorState.create({ schema: options.schema, plugins: plugins(options, () => view) }),
    editable: () => options.canWrite(),
    attributes: () => attributes(options.canWrite()),
    handleClick: (_view, pos, event) => options.canWrite() ? false : options.comments.tapped(pos, event),
    handleDOMEvents: {
      keydown (current, event) {
        // in a text that is only read the keymap is silent, but commenting works
        if (current.editable || !(event.ctrlKey || event.metaKey) || !event.altKey || event.key.toLowerCase() !== 'm') return false
        options.comments.commentSelection()
        event.preventDefault()
        return true
      }
    }
  })
  return view
}
