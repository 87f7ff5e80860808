/**
 * Small buttons beside the paragraphs: how many comments there are, or "comment here". They are the way in for thumbs and
 * for the keyboard (one Tab stop, arrows walk), also where the text can only be read.
 */
import type { EditorView } from 'prosemirror-view'
import { blocksOf, inlineText, type Block } from './blocks.ts'
import { debounce, h, icon } from './dom.ts'
import { frameOf } from './floating.ts'
import { rangesOf } from './highlights.ts'
import { shortened, t } from './strings.ts'

export interface MarginActions {
  canComment: () => boolean
  /** shows the threads of a paragraph */
  open: (threads: string[]) => void
  /** offers what can be done with a paragraph; `pos` is before the block */
  act: (pos: number) => void
}

interface Row { block: Block, top: number, threads: string[] }

/** px: blocks of one table row share one button */
const SAME_LINE = 12

export class Margin {
  private readonly layer = h('div', { class: 'text-margin', role: 'toolbar', 'aria-orientation': 'vertical', 'aria-label': t('comment_margin') })
  private readonly buttons = new Map<string, HTMLButtonElement>()
  private rows: Row[] = []
  readonly update = debounce(() => this.render(), 250)
  private readonly observer: ResizeObserver | null

  constructor (private readonly view: EditorView, private readonly actions: MarginActions) {
    frameOf(view).append(this.layer)
    this.layer.addEventListener('keydown', event => this.onKeyDown(event))
    this.layer.addEventListener('focusin', event => this.rove(event.target as HTMLElement))
    this.observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => this.update())
    this.observer?.observe(view.dom)
    this.render()
  }

  destroy (): void {
    this.update.cancel()
    this.observer?.disconnect()
    this.layer.remove()
  }

  private threadsByBlock (blocks: Block[]): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const [id, range] of rangesOf(this.view.state)) {
      const block = range && blocks.find(({ pos, node }) => pos <= range.from && range.from < pos + node.nodeSize)
      if (block) found.set(block.id, [...(found.get(block.id) ?? []), id])
    }
    return found
  }

  private measure (): Row[] {
    const frameTop = frameOf(this.view).getBoundingClientRect().top
    const blocks = blocksOf(this.view.state.doc).filter(({ node }) => node.isTextblock)
    const threads = this.threadsByBlock(blocks)
    const rows: Row[] = []
    for (const block of blocks) {
      const own = threads.get(block.id) ?? []
      if (!own.length && (!this.actions.canComment() || !inlineText(block.node).trim())) continue
      const dom = this.view.nodeDOM(block.pos)
      if (!(dom instanceof HTMLElement)) continue
      const top = dom.getBoundingClientRect().top - frameTop
      const line = rows.find(row => Math.abs(row.top - top) < SAME_LINE)
      if (line) line.threads.push(...own)
      else rows.push({ block, top, threads: own })
    }
    return rows
  }

  private render (): void {
    if (this.view.isDestroyed) return
    this.rows = this.measure()
    const shown = new Set(this.rows.map(row => row.block.id))
    for (const [id, button] of this.buttons) {
      if (shown.has(id)) continue
      button.remove()
      this.buttons.delete(id)
    }
    let before: Element | null = null
    for (const row of this.rows) {
      const button = this.buttons.get(row.block.id) ?? this.make(row.block.id)
      this.label(button, row)
      const wanted: Element | null = before ? before.nextElementSibling : this.layer.firstElementChild
      if (wanted !== button && !button.contains(document.activeElement)) this.layer.insertBefore(button, wanted)
      before = button
    }
    if (this.rows.length && ![...this.buttons.values()].some(button => button.tabIndex === 0)) this.rove([...this.buttons.values()][0])
  }

  private make (id: string): HTMLButtonElement {
    const button = h('button', { type: 'button', class: 'margin-button', tabindex: -1 })
    button.addEventListener('click', () => {
      const row = this.rows.find(candidate => candidate.block.id === id)
      if (!row) return
      if (row.threads.length) this.actions.open(row.threads)
      else this.actions.act(row.block.pos)
    })
    this.buttons.set(id, button)
    return button
  }

  private label (button: HTMLButtonElement, row: Row): void {
    const count = row.threads.length
    const quote = shortened(inlineText(row.block.node), 50)
    const label = count === 0
      ? t('comment_block', { quote })
      : count === 1 ? t('comment_count_one', { quote }) : t('comment_count', { count, quote })
    button.style.top = `${Math.round(row.top)}px`
    if (button.getAttribute('aria-label') === label) return
    button.setAttribute('aria-label', label)
    button.title = count ? label : t('comment_here')
    button.classList.toggle('has-threads', count > 0)
    button.replaceChildren(count ? String(count) : icon('chat-left-text'))
  }

  private rove (to: HTMLElement): void {
    for (const button of this.buttons.values()) button.tabIndex = button === to ? 0 : -1
  }

  private onKeyDown (event: KeyboardEvent): void {
    const order = [...this.layer.querySelectorAll<HTMLButtonElement>('button')]
    const at = order.indexOf(document.activeElement as HTMLButtonElement)
    const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }
    if (!(event.key in targets) || at < 0) return
    event.preventDefault()
    const next = order[Math.min(order.length - 1, Math.max(0, targets[event.key]))]
    next.focus()
    next.scrollIntoView({ block: 'nearest' })
  }
}
