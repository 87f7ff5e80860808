/** "Comment" beside selected words: for the mouse and for touch. The keyboard has Ctrl+Alt+M. */
import { Plugin, type EditorState } from 'prosemirror-state'
import { CellSelection } from 'prosemirror-tables'
import { h, icon } from './dom.ts'
import { placeFloating } from './floating.ts'
import { isPassagePending } from './highlights.ts'
import { shortcutLabel } from './keymap.ts'
import { t } from './strings.ts'

const hasWords = (state: EditorState): boolean => {
  const { selection } = state
  return !selection.empty && !(selection instanceof CellSelection) &&
    state.doc.textBetween(selection.from, selection.to, ' ', '\ufffc').trim().length > 0
}

export function selectionButtonPlugin (comment: () => void): Plugin {
  return new Plugin({
    view (view) {
      const button = h('button', { type: 'button', class: 'button button-main button-small selection-button', hidden: true, title: `${t('comment')} (${shortcutLabel('Mod-Alt-m')})` },
        icon('chat-left-text'), ' ', t('comment'))
      button.addEventListener('mousedown', event => event.preventDefault())
      button.addEventListener('click', () => { button.hidden = true; comment() })
      view.dom.after(button)
      let pressed = false
      const update = (): void => {
        const shown = !pressed && hasWords(view.state) && !isPassagePending(view.state)
        button.hidden = !shown
        if (shown) placeFloating(view, button, view.state.selection.to, 'below')
      }
      // while the selection is being drawn the button would be in the way
      const down = (): void => { pressed = true }
      const up = (): void => { pressed = false; setTimeout(() => { if (!view.isDestroyed) update() }, 0) }
      view.dom.addEventListener('pointerdown', down)
      window.addEventListener('pointerup', up)
      window.addEventListener('pointercancel', up)
      return {
        update: (_view, before) => {
          if (!before.selection.eq(view.state.selection) || before.doc !== view.state.doc || isPassagePending(view.state)) update()
        },
        destroy () {
          view.dom.removeEventListener('pointerdown', down)
          window.removeEventListener('pointerup', up)
          window.removeEventListener('pointercancel', up)
          button.remove()
        }
      }
    }
  })
}
