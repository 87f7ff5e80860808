/** A tap on a paragraph lifts it and offers what can be done with it: comment, copy a link. */
import type { EditorView } from 'prosemirror-view'
import { blockAt } from './blocks.ts'
import { openDialog } from './dialog.ts'
import { h, icon, reducedMotion } from './dom.ts'
import { updateHighlights } from './highlights.ts'
import { notify } from './status.ts'
import { t } from './strings.ts'

export interface BlockSheetOptions {
  /** threads that stand in this block already */
  threads: string[]
  canComment: boolean
  comment: () => void
  open: () => void
}

export const blockLink = (id: string): string => `${location.origin}${location.pathname}${location.search}#b-${id}`

async function copyLink (id: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(blockLink(id))
    notify(t('link_copied'), 'info')
  } catch {
    window.prompt(t('copy_link'), blockLink(id))
  }
}

function choice (iconName: SVGSVGElement, label: string, run: () => void): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'sheet-choice' }, iconName, h('span', {}, label))
  button.addEventListener('click', run)
  return button
}

/** Scrolls so that the lifted paragraph stands in the part of the screen that the sheet leaves free. */
function showAboveSheet (dom: Node | null): void {
  if (!(dom instanceof HTMLElement)) return
  const box = dom.getBoundingClientRect()
  const free = window.innerHeight * 0.55
  const wanted = box.height > free ? free - box.height : (free - box.height) / 2
  if (box.top < 90 || box.bottom > free) window.scrollBy({ top: box.top - Math.max(90, wanted), behavior: reducedMotion() ? 'auto' : 'smooth' })
}

/** `pos` is a position in or before the block. */
export function openBlockSheet (view: EditorView, pos: number, options: BlockSheetOptions): void {
  const block = blockAt(view.state.doc.resolve(pos))
  if (!block) return
  updateHighlights(view, { lifted: block.pos })
  showAboveSheet(view.nodeDOM(block.pos))
  let next: (() => void) | null = null
  const close = (then: () => void) => () => { next = then; dialog.close() }
  const choices = [
    options.canComment ? choice(icon('chat-left-text'), t('comment'), close(options.comment)) : null,
    options.threads.length ? choice(icon('chat-left-dots'), t('open_comments', { count: options.threads.length }), close(options.open)) : null,
    choice(icon('link-45deg'), t('copy_link'), close(() => { void copyLink(block.id) }))
  ]
  const dialog = openDialog(t('block_actions'), 'k-sheet k-sheet-light', h('div', { class: 'sheet-choices' }, ...choices))
  dialog.addEventListener('close', () => {
    if (!view.isDestroyed) updateHighlights(view, { lifted: null })
    next?.()
  })
  dialog.querySelector<HTMLElement>('.sheet-choice')?.focus()
}
