/**
 * The guide of a process stays true while others change it: events say which nodes changed, their parts are fetched (several
 * at once) and put in their place. What somebody has open or is writing in waits until they are done.
 */
import htmx from 'htmx.org'
import { keepWords, returnWords } from './renaming.ts'

/** ms over which the pages that hear of the same change spread their questions */
const SPREAD = 700
const SOONEST = 150
/** more at once is quicker whole */
const NODES_MAX = 40
const LATER = 1500

const guide = (): HTMLElement | null => document.querySelector<HTMLElement>('[data-live-guide]')
const frameOf = (id: string): HTMLElement | null => document.getElementById(`task-${id}`) ?? document.getElementById(`frame-${id}`)

/** Somebody is at work in this part: a menu is open, something has the focus or is dragged. */
function isBusy (part: Element): boolean {
  const focus = document.activeElement
  return !!part.querySelector('details.menu[open]') || part.classList.contains('is-dragged') ||
    !!part.querySelector('.rename') ||
    (focus instanceof HTMLElement && part.contains(focus) && focus.matches('input, textarea, select'))
}

/** Puts a part where its order says, among its siblings. */
function place (part: HTMLElement): void {
  const into = document.getElementById(part.dataset.into ?? '')
  if (!into) { part.remove(); return }
  const order = Number(part.dataset.order)
  const others = [...into.children].filter((other): other is HTMLElement => other !== part && other instanceof HTMLElement && !!other.dataset.node)
  const next = others[order]
  if (part.parentElement !== into || part.nextElementSibling !== (next ?? null)) into.insertBefore(part, next ?? null)
}

/** Puts a new part in place of the old one; the focus stays on what it was on. */
function put (fresh: HTMLElement): void {
  const present = document.getElementById(fresh.id)
  const focus = document.activeElement
  const focused = present && focus && present.contains(focus) ? focusable(present).indexOf(seat(focus)) : -1
  if (present) present.replaceWith(fresh)
  if (fresh.dataset.node) place(fresh)
  if (!fresh.isConnected) return
  htmx.process(fresh)
  if (focused >= 0) (focusable(fresh)[focused] as HTMLElement | undefined)?.focus()
  if (present && present.textContent !== fresh.textContent) fresh.classList.add('has-changed')
}
const focusable = (part: Element): Element[] => [...part.querySelectorAll('a[href], button, summary')].filter(one => !one.closest('.menu-panel'))
/** What keeps the focus: of a menu, which closes, the button that opens it. */
const seat = (one: Element): Element => (one.closest('.menu-panel') && one.closest('details')?.querySelector('summary')) || one

export function watchGuide (): void {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false

  const soon = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { void fetchParts() }, ms)
  }

  async function fetchParts (): Promise<void> {
    const root = guide()
    if (!root || running || !changed.size) return
    const ids = [...changed]
    changed.clear()
    if (ids.length > NODES_MAX) { htmx.trigger(root, 'koprade:guide-whole'); return }
    running = true
    try {
      const query = new URLSearchParams()
      for (const id of ids) query.append(frameOf(id) ? 'id' : 'missing', id)
      // a missing one is changed, too
      for (const id of query.getAll('missing')) query.append('id', id)
      const answer = await fetch(`${root.dataset.liveGuide}?${query}`, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' })
      if (answer.ok) show(await answer.text())
      else if (answer.status === 403 || answer.status === 404) htmx.trigger(root, 'koprade:guide-whole')
    } catch {
      // without a net: asked again when the socket is back (resync)
    } finally {
      running = false
      if (changed.size) soon(LATER)
    }
  }

  function show (html: string): void {
    const parts = new DOMParser().parseFromString(html, 'text/html').body
    for (const gone of parts.querySelectorAll<HTMLElement>('[data-gone]')) {
      const part = frameOf(gone.dataset.gone!)
      if (part) keepWords(part)
      part?.remove()
    }
    returnWords()
    for (const fresh of [...parts.children]) {
      if (!(fresh instanceof HTMLElement) || !fresh.id) continue
      const present = document.getElementById(fresh.id)
      if (present && isBusy(present)) changed.add(fresh.dataset.node ?? fresh.id.replace('head-', ''))
      else put(document.importNode(fresh, true))
    }
  }

  const heard = (event: Event): void => {
    const { data, elt } = (event as CustomEvent<{ data?: { node?: string, task?: string }, elt?: Element }>).detail ?? {}
    const id = data?.node ?? data?.task
    if (!id || !guide()) return
    changed.add(id)
    // one's own change comes back by htmx, with the element that made it; its menu is done with
    if (elt) elt.closest('details.menu')?.removeAttribute('open')
    soon(elt ? 0 : SOONEST + Math.random() * SPREAD)
  }
  for (const type of ['node.updated', 'node.created', 'asset.created', 'asset.updated', 'checklist.updated']) document.addEventListener(`koprade:${type}`, heard)
}
