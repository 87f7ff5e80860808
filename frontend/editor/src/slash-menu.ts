/** "/" opens a list of blocks: typed words narrow it, arrows choose, Enter takes. Focus stays in the text. */
import { Plugin, PluginKey, type EditorState } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { h, icon } from './dom.ts'
import { placeFloating } from './floating.ts'
import { t } from './strings.ts'

export interface SlashItem {
  id: string
  label: string
  hint: string
  icon: string
  /** other words that find it, e.g. "h2" */
  aliases: string
  run: (view: EditorView) => void
}

interface Open { from: number, query: string }
interface SlashState { open: Open | null, index: number, dismissed: number | null }

const key = new PluginKey<SlashState>('koprade-slash')

/** Words after a "/" that stands at the start of a paragraph or after a space, up to the cursor. */
export function slashQuery (state: EditorState): Open | null {
  const { $from, empty } = state.selection
  if (!empty || $from.parent.type.name !== 'paragraph') return null
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc')
  const match = /(?:^|\s)\/([\p{L}\p{N}]{0,20}(?: [\p{L}\p{N}]{1,20})?)$/u.exec(before)
  if (!match) return null
  return { from: $from.pos - match[1].length - 1, query: match[1].toLowerCase() }
}

const fits = (item: SlashItem, query: string): boolean =>
  !query || `${item.label} ${item.aliases}`.toLowerCase().split(/\s+/).some((_, index, words) => words.slice(index).join(' ').startsWith(query))

class SlashView {
  private readonly list = h('div', { class: 'slash-menu', role: 'listbox', id: 'slash-menu', 'aria-label': t('slash_label'), hidden: true })

  constructor (private readonly view: EditorView, private readonly items: SlashItem[]) {
    view.dom.after(this.list)
    // the text keeps the focus while the mouse chooses
    this.list.addEventListener('mousedown', event => event.preventDefault())
    this.list.addEventListener('click', event => {
      const option = (event.target as Element).closest<HTMLElement>('[data-index]')
      if (option) chooseItem(this.view, this.matching()[Number(option.dataset.index)])
    })
  }

  matching (): SlashItem[] {
    const open = key.getState(this.view.state)?.open
    return open ? this.items.filter(item => fits(item, open.query)) : []
  }

  update (): void {
    const state = key.getState(this.view.state)!
    const shown = state.open !== null && this.view.editable && this.view.hasFocus()
    this.list.hidden = !shown
    if (!shown || !state.open) {
      this.view.dom.removeAttribute('aria-activedescendant')
      this.view.dom.removeAttribute('aria-controls')
      return
    }
    const matching = this.matching()
    const chosen = matching.length ? state.index % matching.length : -1
    this.list.replaceChildren(...matching.map((item, index) => this.option(item, index, index === chosen)))
    if (!matching.length) this.list.append(h('div', { class: 'slash-empty' }, t('slash_empty')))
    this.view.dom.setAttribute('aria-controls', 'slash-menu')
    if (chosen >= 0) this.view.dom.setAttribute('aria-activedescendant', `slash-${matching[chosen].id}`)
    placeFloating(this.view, this.list, state.open.from, 'below')
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }

  private option (item: SlashItem, index: number, selected: boolean): HTMLElement {
    return h('div', { role: 'option', id: `slash-${item.id}`, 'aria-selected': String(selected), 'data-index': index, class: 'slash-option' },
      icon(item.icon), h('span', {}, h('strong', {}, item.label), h('small', {}, item.hint)))
  }

  destroy (): void { this.list.remove() }
}

function chooseItem (view: EditorView, item: SlashItem | undefined): void {
  const open = key.getState(view.state)?.open
  if (!open || !item) return
  view.dispatch(view.state.tr.delete(open.from, view.state.selection.from))
  item.run(view)
}

export function slashMenuPlugin (items: SlashItem[]): Plugin<SlashState> {
  let menu: SlashView | null = null
  return new Plugin<SlashState>({
    key,
    state: {
      init: () => ({ open: null, index: 0, dismissed: null }),
      apply (tr, value, _old, state) {
        const meta = tr.getMeta(key) as Partial<SlashState> | undefined
        if (meta) return { ...value, ...meta }
        const open = slashQuery(state)
        if (!open) return value.open || value.dismissed !== null ? { open: null, index: 0, dismissed: null } : value
        // only typing opens it, not walking through the text; dismissed it stays so until another "/"
        if (value.dismissed === open.from || (!value.open && !tr.docChanged)) return { ...value, open: null }
        return { open, index: value.open?.query === open.query ? value.index : 0, dismissed: null }
      }
    },
    props: {
      handleKeyDown (view, event) {
        const state = key.getState(view.state)
        const matching = menu?.matching() ?? []
        if (!state?.open || event.isComposing) return false
        const move = (index: number): boolean => {
          view.dispatch(view.state.tr.setMeta(key, { index: (index + matching.length) % Math.max(1, matching.length) }))
          return true
        }
        switch (event.key) {
          case 'ArrowDown': return move(state.index + 1)
          case 'ArrowUp': return move(state.index - 1)
          case 'Home': return move(0)
          case 'End': return move(matching.length - 1)
          case 'Enter': case 'Tab':
            if (!matching.length) return false
            chooseItem(view, matching[state.index % matching.length])
            return true
          case 'Escape':
            view.dispatch(view.state.tr.setMeta(key, { open: null, dismissed: state.open.from }))
            return true
          default: return false
        }
      }
    },
    view (view) {
      menu = new SlashView(view, items)
      return menu
    }
  })
}
