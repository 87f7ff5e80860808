/**
 * The checklist of a task stays true while others tick it: an event says whose list changed, and only the list is fetched.
 * While somebody writes in it or has a menu open it waits; the focus stays on what it was on.
 */
import htmx from 'htmx.org'

/** ms over which the pages that hear of the same tick spread their questions */
const SPREAD = 400
const LATER = 1500

const list = (): HTMLElement | null => document.querySelector<HTMLElement>('[data-live-checklist]')

function isBusy (part: Element): boolean {
  return !!part.querySelector('details.menu[open]') || !!part.querySelector('textarea:focus, input:focus')
}

export function watchChecklist (): void {
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
    const focus = present.contains(document.activeElement) ? document.activeElement!.id : ''
    const put = document.importNode(fresh, true)
    present.replaceWith(put)
    htmx.process(put)
    if (focus) document.getElementById(focus)?.focus()
  }

  document.addEventListener('koprade:checklist.updated', event => {
    const { data } = (event as CustomEvent<{ data?: { task?: string } }>).detail ?? {}
    if (data?.task && data.task === list()?.dataset.task) soon(Math.random() * SPREAD)
  })
  // rights or what was missed meanwhile may change what the list shows
  for (const type of ['resync', 'access.changed']) document.addEventListener(`koprade:${type}`, () => { if (list()) soon(Math.random() * SPREAD) })
}
