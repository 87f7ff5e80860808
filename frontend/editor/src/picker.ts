/** "These words answer comment 12": the person selects words in the text, the form gets their anchor. */
import type { EditorView } from 'prosemirror-view'
import type { Anchor, Range } from './anchors.ts'
import { announce, h } from './dom.ts'
import { updateHighlights } from './highlights.ts'
import { notify } from './status.ts'
import { shortened, t } from './strings.ts'

export class AnswerPicker {
  private bar: HTMLElement | null = null

  constructor (
    private readonly view: () => EditorView | null,
    private readonly anchorOf: (range: Range) => Anchor | null
  ) {}

  start (button: HTMLElement): void {
    const view = this.view()
    if (!view) return
    this.end()
    const use = h('button', { type: 'button', class: 'button button-main button-small' }, t('pick_use'))
    const cancel = h('button', { type: 'button', class: 'button button-small' }, t('cancel'))
    this.bar = h('div', { class: 'picker-bar', role: 'region', 'aria-live': 'polite' },
      h('strong', {}, t('pick_title', { number: `#${button.dataset.number ?? ''}` })), use, cancel)
    // the selection stays in the text while the button is pressed
    use.addEventListener('mousedown', event => event.preventDefault())
    use.addEventListener('click', () => this.use(button))
    cancel.addEventListener('click', () => { this.end(); button.focus() })
    this.bar.addEventListener('keydown', event => { if (event.key === 'Escape') { this.end(); button.focus() } })
    document.body.append(this.bar)
    document.body.classList.add('is-picking')
    view.focus()
  }

  private use (button: HTMLElement): void {
    const view = this.view()
    if (!view) return
    const { from, to, empty } = view.state.selection
    const anchor = empty ? null : this.anchorOf({ from, to })
    if (!anchor || !anchor.quote) {
      notify(t('comment_need_text'), 'info')
      return
    }
    const form = button.closest('form') ?? button.parentElement
    const input = form?.querySelector<HTMLInputElement>('input[name="changed_anchor"]')
    if (input) {
      input.value = JSON.stringify(anchor)
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }
    const message = t('picked', { quote: shortened(anchor.quote, 80) })
    const output = form?.querySelector<HTMLElement>('[data-pick-quote]')
    if (output) output.textContent = message
    announce(message)
    updateHighlights(view, { pending: { from, to } })
    setTimeout(() => { if (!view.isDestroyed) updateHighlights(view, { pending: null }) }, 3000)
    this.end()
    button.focus()
  }

  private end (): void {
    this.bar?.remove()
    this.bar = null
    document.body.classList.remove('is-picking')
  }
}
