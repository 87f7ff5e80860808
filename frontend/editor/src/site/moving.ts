/**
 * Moving parts of the plan: Alt with the arrow keys where a line has the focus, or dragging by the handle. Both post
 * to the address that the line's menu names, so that the server decides; where that is not allowed, nothing moves.
 */
import htmx from 'htmx.org'
import { announce, csrfToken } from '../dom.ts'
import { text } from './strings.ts'

/** px from the edge of the window where it scrolls along, and px per frame */
const EDGE = 64
const SCROLL_STEP = 10
const PART = '[data-node][data-into]'

const partOf = (target: EventTarget | null): HTMLElement | null => target instanceof Element ? target.closest<HTMLElement>(PART) : null
/** The address that moves a part, if this person may. */
const address = (part: HTMLElement): string | null =>
  [...part.querySelectorAll<HTMLElement>('.menu-panel[data-move]')].find(panel => partOf(panel) === part)?.dataset.move ?? null

function send (part: HTMLElement, values: Record<string, string>): void {
  const path = address(part)
  if (!path) return
  void htmx.ajax('post', path, { source: part, swap: 'none', values, headers: { 'X-CSRFToken': csrfToken() } })
}

function watchKeys (): void {
  document.addEventListener('keydown', event => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    const part = partOf(event.target)
    if (!part || !address(part)) return
    event.preventDefault()
    const direction = event.key === 'ArrowUp' ? 'up' : 'down'
    send(part, { direction })
    announce(text(direction === 'up' ? 'moved_up' : 'moved_down'))
  })
}

const siblings = (into: Element): HTMLElement[] => [...into.children].filter((other): other is HTMLElement => other instanceof HTMLElement && !!other.dataset.node)

/** Where a part dropped at this height would go: before which sibling. */
function before (into: Element, part: HTMLElement, y: number): HTMLElement | null {
  return siblings(into).find(other => {
    if (other === part) return false
    const box = other.getBoundingClientRect()
    return y < box.top + box.height / 2
  }) ?? null
}

/** The list under the pointer that takes parts of this kind: tasks into objectives, objectives into phases. */
function listAt (part: HTMLElement, x: number, y: number): Element | null {
  const kind = part.matches('.task-line') ? '.task-list' : part.parentElement?.id === 'plan' ? '#plan' : '.phase-inside'
  return document.elementFromPoint(x, y)?.closest(kind) ?? null
}

function watchDragging (): void {
  let part: HTMLElement | null = null
  let from: { list: Element, next: Element | null } | null = null
  let at = { x: 0, y: 0 }

  const end = (done: boolean): void => {
    if (!part || !from) return
    const moved = part
    const start = from
    part = from = null
    moved.classList.remove('is-dragged')
    document.body.classList.remove('is-dragging')
    const list = moved.parentElement
    if (!done || !list) { start.list.insertBefore(moved, start.next); return }
    if (list === start.list && moved.nextElementSibling === start.next) return
    send(moved, { parent: list.id.replace('inside-', '').replace('plan', ''), position: String(siblings(list).indexOf(moved)) })
  }

  document.addEventListener('pointerdown', event => {
    const handle = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drag]') : null
    const found = handle && partOf(handle)
    if (!handle || !found?.parentElement || event.button !== 0) return
    event.preventDefault()
    part = found
    from = { list: found.parentElement, next: found.nextElementSibling }
    handle.setPointerCapture(event.pointerId)
    part.classList.add('is-dragged')
    document.body.classList.add('is-dragging')
    at = { x: event.clientX, y: event.clientY }
    requestAnimationFrame(scroll)
  })
  const follow = (): void => {
    if (!part) return
    const list = listAt(part, at.x, at.y)
    if (!list || part.contains(list)) return
    const next = before(list, part, at.y)
    if (part.parentElement !== list || part.nextElementSibling !== next) list.insertBefore(part, next)
  }
  // near the edge of the window the page scrolls along: a phone shows a few lines of a plan
  const scroll = (): void => {
    if (!part) return
    const by = at.y < EDGE ? -SCROLL_STEP : at.y > innerHeight - EDGE ? SCROLL_STEP : 0
    if (by) { scrollBy({ top: by, behavior: 'instant' }); follow() }
    requestAnimationFrame(scroll)
  }
  document.addEventListener('pointermove', event => {
    if (!part) return
    at = { x: event.clientX, y: event.clientY }
    follow()
  })
  document.addEventListener('pointerup', () => end(true))
  document.addEventListener('pointercancel', () => end(false))
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && part) end(false) })
  // a move that was refused is taken back
  document.addEventListener('htmx:responseError', event => {
    const source = (event as CustomEvent<{ elt: Element }>).detail.elt
    const guide = source.closest('[data-live-guide]')
    if (source.matches(PART) && guide) htmx.trigger(guide, 'koprade:guide-whole')
  })
}

export function watchMoving (): void {
  watchKeys()
  watchDragging()
}
