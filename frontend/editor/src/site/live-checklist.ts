/**
 * The checklist of a task stays true while others tick it: an event says whose list changed, and only the list is fetched.
 * While somebody writes in it or has a menu open it waits; the focus stays on what it was on. A point's menu closes with the
 * list that it changed: the focus goes back to the menu, or, when the point is gone, to what comes after the list.
 */
import htmx from 'htmx.org'

/** ms over which the pages that hear of the same tick spread their questions */
const SPREAD = 400
const LATER = 1500

const list = (): HTMLElement | null => document.querySelector<HTMLElement>('[data-live-checklist]')

function isBusy (part: Element): boolean {
  return !!part.querySelector('details.menu[open]') || !!part.querySelector('textarea:focus, input:focus')
}

/** The id of what has the focus in the list, or of the menu that it is in. */
function focused (): string {
  const present = document.activeElement?.closest('#checklist') && document.activeElement
  return present ? present.closest('details.menu')?.id ?? present.id : ''
}

function focusOn (id: string): void {
  const place = document.getElementById(id)
  const target = place?.matches('details') ? place.querySelector('summary') : place
  target?.focus()
}

function watchFocus (): void {
  let had = ''
  document.addEventListener('htmx:beforeSwap', event => {
    const { target } = (event as CustomEvent<{ target?: Element }>).detail
    if (target?.id === 'checklist') had = focused()
  })
  document.addEventListener('htmx:afterSettle', () => {
    if (had) focusOn(document.getElementById(had) ? had : 'point-add')
    had = ''
  })
}

export function watchChecklist (): void {
  watchFocus()
  let timer: ReturnType<typeof setTimeout> | undefined

  const soon = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { void refresh() }, ms)
  }

  async function refresh (): Promise<void> {
    const present = list()
    if (!present) return
    if (isBusy(present)) { soon(LATER); return }
    try {
      const answer = await fetch(present.dataset.liveChecklist!, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' })
      if (answer.ok) show(await answer.text())
    } catch {
      // without a net: asked again when the socket is back (resync)
    }
  }

  function show (html: string): void {
    const present = list()
    const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector<HTMLElement>('[data-live-checklist]')
    if (!present || !fresh || fresh.dataset.version === present.dataset.version) return
    if (isBusy(present)) { soon(LATER); return }
    const had = focused()
    const put = document.importNode(fresh, true)
    present.replaceWith(put)
    htmx.process(put)
    if (had) focusOn(had)
  }

  document.addEventListener('koprade:checklist.updated', event => {
    const { data } = (event as CustomEvent<{ data?: { task?: string } }>).detail ?? {}
    if (data?.task && data.task === list()?.dataset.task) soon(Math.random() * SPREAD)
  })
  // rights or what was missed meanwhile may change what the list shows
  for (const type of ['resync', 'access.changed']) document.addEventListener(`koprade:${type}`, () => { if (list()) soon(Math.random() * SPREAD) })
}
