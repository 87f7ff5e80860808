/** Places small panels beside a position of the text, inside the frame around the editor. */
import type { EditorView } from 'prosemirror-view'

/** The positioned element around the editor in which floating things live. */
export const frameOf = (view: EditorView): HTMLElement => view.dom.closest<HTMLElement>('.editor-frame') ?? view.dom.parentElement!

/** Sets top and left of `panel` (absolute in the frame) near `pos`; it stays inside of the frame and the window. */
export function placeFloating (view: EditorView, panel: HTMLElement, pos: number, side: 'above' | 'below'): void {
  const frame = frameOf(view).getBoundingClientRect()
  const at = view.coordsAtPos(Math.min(pos, view.state.doc.content.size))
  const width = panel.offsetWidth
  const height = panel.offsetHeight
  const right = Math.min(frame.right, document.documentElement.clientWidth) - 4
  const left = Math.max(4, Math.min(at.left, right - width))
  const roomBelow = window.innerHeight - at.bottom
  const goesAbove = side === 'above' ? at.top > height + 8 : roomBelow < height + 8 && at.top > height + 8
  panel.style.left = `${left - frame.left}px`
  panel.style.top = `${(goesAbove ? at.top - height - 6 : at.bottom + 6) - frame.top}px`
}
