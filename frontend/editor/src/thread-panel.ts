/**
 * The cards of the comments: server HTML, fetched again for one thread when an event says that it changed, placed in the
 * margin beside the words (desktop) or in a sheet (phone). Cards do not move while somebody types.
 */
import type { EditorView } from 'prosemirror-view'
import type { Anchor } from './anchors.ts'
import { captureCard, restoreCard } from './card-state.ts'
import { isCrowded, placeCards } from './cards-layout.ts'
import { debounce, h, icon, isPhone, parseElement, reducedMotion } from './dom.ts'
import { rangesOf, type ThreadMark } from './highlights.ts'
import { request, type Page } from './page.ts'
import { t } from './strings.ts'

/** ms of quiet after typing before cards move */
const QUIET = 700

export interface PanelEvents {
  /** the set of threads or their state changed */
  onChange: (threads: ThreadMark[]) => void
  /** somebody works with this card */
  onActivate: (id: string) => void
}

export class ThreadPanel {
  readonly list: HTMLElement
  private view: EditorView | null = null
  private active: string | null = null
  private readonly soon = debounce(() => this.layout(), 60)
  private readonly afterTyping = debounce(() => this.layout(), QUIET)
  private typing = 0
  private readonly fetching = new Map<string, ReturnType<typeof setTimeout>>()
  private known = ''
  private opener: HTMLElement | null = null

  constructor (readonly element: HTMLElement, private readonly page: Page, private readonly events: PanelEvents) {
    this.list = element.querySelector<HTMLElement>('.threads-list') ?? element
    element.classList.add('threads-live')
    new MutationObserver(() => this.read())
      .observe(this.list, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-anchor', 'data-status', 'data-outcome', 'hidden'] })
    if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => this.schedule()).observe(this.list)
    window.addEventListener('resize', () => this.schedule())
    document.fonts?.ready.then(() => this.schedule(), () => {})
    this.list.addEventListener('focusin', event => this.focused(event))
    this.list.addEventListener('click', event => this.focused(event))
    this.list.addEventListener('toggle', () => this.schedule(), true)
    this.list.addEventListener('htmx:afterSettle', event => this.swapped(event))
    element.prepend(this.sheetBar())
    this.addOpener()
    element.addEventListener('keydown', event => { if (event.key === 'Escape' && this.isSheetOpen) this.closeSheet() })
  }

  attach (view: EditorView): void { this.view = view; this.known = ''; this.read() }
  detach (): void { this.view = null }

  cards (): HTMLElement[] { return [...this.list.querySelectorAll<HTMLElement>('article.thread[data-thread]')] }
  card (id: string): HTMLElement | null { return this.list.querySelector(`article.thread[data-thread="${CSS.escape(id)}"]`) }

  threads (): ThreadMark[] {
    return this.cards().filter(card => !card.hidden).map(card => ({
      id: card.dataset.thread!,
      number: card.dataset.number ?? '',
      status: card.dataset.status ?? 'open',
      outcome: card.dataset.outcome ?? '',
      anchor: readAnchor(card.dataset.anchor)
    }))
  }

  /** A form of a card was sent and htmx has put in the new card: keep the place and, for the keyboard, the focus. */
  private swapped (event: Event): void {
    const card = (event.target as Element).closest<HTMLElement>('article.thread[data-thread]')
    if (!card) return
    card.classList.toggle('is-active', card.dataset.thread === this.active)
    this.layout()
    if (document.activeElement === document.body || document.activeElement === null) focusCard(card)
    card.scrollIntoView({ block: 'nearest' })
  }

  private read (): void {
    const threads = this.threads()
    const now = JSON.stringify(threads)
    if (now !== this.known) {
      this.known = now
      this.events.onChange(threads)
    }
    this.schedule()
  }

  // -- fresh HTML -----------------------------------------------------------------------------------------------

  /** Fetches one thread again; several events at once become one request. */
  refresh (id: string): Promise<HTMLElement | null> {
    clearTimeout(this.fetching.get(id))
    return new Promise(resolve => {
      this.fetching.set(id, setTimeout(() => {
        this.fetching.delete(id)
        this.fetchThread(id).then(resolve, () => resolve(null))
      }, 50))
    })
  }

  private async fetchThread (id: string): Promise<HTMLElement | null> {
    const url = new URL(this.page.threadsUrl, location.href)
    url.searchParams.set('thread', id)
    const response = await request(url.href)
    if (response.status === 404 || response.status === 204 || response.status === 403) {
      this.card(id)?.remove()
      return null
    }
    if (!response.ok) return null
    return this.put(await response.text())
  }

  /** After a reconnection: everything that may have changed meanwhile. */
  async refreshAll (): Promise<void> {
    const response = await request(this.page.threadsUrl).catch(() => null)
    if (!response?.ok) return
    const root = new DOMParser().parseFromString(await response.text(), 'text/html')
    const fresh = [...root.querySelectorAll<HTMLElement>('article.thread[data-thread]')]
    const ids = new Set(fresh.map(card => card.dataset.thread))
    for (const card of this.cards()) if (!ids.has(card.dataset.thread)) card.remove()
    fresh.forEach(card => this.place(card))
  }

  /** Puts the article of the HTML in its place; what was typed in the old one is kept. */
  put (html: string): HTMLElement | null {
    const fresh = parseElement<HTMLElement>(html, 'article.thread[data-thread]')
    return fresh && this.place(fresh)
  }

  private place (fresh: HTMLElement): HTMLElement {
    const source = fresh.outerHTML
    const card = document.importNode(fresh, true)
    const old = this.card(card.dataset.thread!)
    if (old && sources.get(old) === source) return old
    if (old?.querySelector('.htmx-request')) {
      // a form of this card is on its way: its answer brings a fresh card, or its words are kept where they are
      setTimeout(() => { void this.refresh(card.dataset.thread!) }, 500)
      return old
    }
    sources.set(card, source)
    if (old) {
      const kept = captureCard(old)
      const wasFocused = old === document.activeElement
      card.style.top = old.style.top
      // a card that is not active is folded in crowded margins, and what is folded cannot be focused
      card.classList.toggle('is-active', old.classList.contains('is-active') || old.contains(document.activeElement))
      old.replaceWith(card)
      restoreCard(card, kept)
      if (wasFocused) focusCard(card)
    } else {
      card.classList.add('thread-arrived')
      this.list.append(card)
    }
    window.htmx?.process(card)
    return card
  }

  // -- which one is active --------------------------------------------------------------------------------------

  private focused (event: Event): void {
    const card = (event.target as Element).closest<HTMLElement>('article.thread[data-thread]')
    if (card?.dataset.thread && card.dataset.thread !== this.active) this.events.onActivate(card.dataset.thread)
  }

  setActive (id: string | null): void {
    this.active = id
    for (const card of this.cards()) card.classList.toggle('is-active', card.dataset.thread === id)
    this.layout()
  }

  /** Brings the card into view, in the sheet on a phone; `focus` moves the keyboard there. */
  reveal (id: string, focus: boolean): void {
    const card = this.card(id)
    if (!card) return
    if (isPhone()) this.openSheet()
    if (focus) focusCard(card)
    card.scrollIntoView({ block: 'nearest', behavior: reducedMotion() ? 'auto' : 'smooth' })
  }

  // -- places in the margin ---------------------------------------------------------------------------------------

  /** The text is being typed in: cards stay until it is quiet. */
  noteTyping (): void {
    this.typing = Date.now()
    this.soon.cancel()
    this.afterTyping()
  }

  schedule (): void {
    if (Date.now() - this.typing < QUIET) this.afterTyping()
    else this.soon()
  }

  private layout (): void {
    const aligned = !isPhone() && this.view !== null
    this.element.classList.toggle('threads-aligned', aligned)
    const cards = [...this.list.children].filter((card): card is HTMLElement =>
      card instanceof HTMLElement && card.matches('.thread') && !card.hidden)
    this.markOrphans()
    if (!aligned) {
      for (const card of cards) card.style.removeProperty('top')
      this.list.style.removeProperty('height')
      return
    }
    const top = this.list.getBoundingClientRect().top
    const wanted = cards.map(card => ({ card, desired: this.desiredTop(card, top) })).sort((a, b) => a.desired - b.desired)
    this.sortDom(wanted.map(entry => entry.card))
    const pinnedCard = cards.find(card => card.contains(document.activeElement)) ??
      cards.find(card => card.matches('.thread-composer')) ?? cards.find(card => card.dataset.thread === this.active)
    const holdsFocus = pinnedCard?.contains(document.activeElement) && pinnedCard.style.top !== ''
    const measured = wanted.map(({ card, desired }) => ({
      // the card in which somebody writes does not move at all
      desired: card === pinnedCard && holdsFocus ? Number.parseFloat(card.style.top) : desired,
      height: card.offsetHeight
    }))
    const pinned = wanted.findIndex(entry => entry.card === pinnedCard)
    const crowded = isCrowded(measured, placeCards(measured, pinned))
    this.element.classList.toggle('threads-crowded', crowded || this.element.classList.contains('threads-crowded') && measured.length > 12)
    if (crowded) wanted.forEach(({ card }, index) => { measured[index].height = card.offsetHeight })
    const tops = placeCards(measured, pinned)
    wanted.forEach(({ card }, index) => { card.style.top = `${Math.round(tops[index])}px` })
    const last = measured.length - 1
    this.list.style.height = last >= 0 ? `${Math.round(tops[last] + measured[last].height)}px` : ''
  }

  private desiredTop (card: HTMLElement, listTop: number): number {
    const { view } = this
    if (!view) return 0
    const at = card.dataset.at ? Number(card.dataset.at) : rangesOf(view.state).get(card.dataset.thread ?? '')?.from
    if (at === undefined) return 0
    return view.coordsAtPos(Math.min(at, view.state.doc.content.size)).top - listTop
  }

  /** Tab goes through the cards in the order of the text; not while somebody is in one. */
  private sortDom (order: HTMLElement[]): void {
    if (this.list.contains(document.activeElement)) return
    const now = [...this.list.children].filter(card => order.includes(card as HTMLElement))
    if (now.some((card, index) => card !== order[index])) this.list.append(...order)
  }

  private markOrphans (): void {
    if (!this.view) return
    const ranges = rangesOf(this.view.state)
    for (const card of this.cards()) {
      const lost = ranges.has(card.dataset.thread!) && ranges.get(card.dataset.thread!) === null
      if (card.classList.contains('thread-orphaned') === lost) continue
      card.classList.toggle('thread-orphaned', lost)
      card.querySelector('.thread-orphan-note')?.remove()
      if (lost) card.querySelector('.thread-quote')?.before(h('p', { class: 'thread-orphan-note' }, t('orphaned')))
    }
  }

  // -- the sheet on a phone -----------------------------------------------------------------------------------------

  private sheetBar (): HTMLElement {
    const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close') }, icon('x-lg'))
    close.addEventListener('click', () => this.closeSheet())
    return h('div', { class: 'threads-sheet-bar' }, h('strong', {}, t('comments')), close)
  }

  /** A button for thumbs, unless the page has one of its own. */
  private addOpener (): void {
    if (document.querySelector('[data-open-threads]')) return
    this.element.before(h('button', { type: 'button', class: 'button button-main threads-opener', 'data-open-threads': true },
      icon('chat-left-text'), ' ', t('comments')))
  }

  get isSheetOpen (): boolean { return this.element.classList.contains('is-open') }

  openSheet (): void {
    if (this.isSheetOpen) return
    this.opener = document.activeElement as HTMLElement | null
    this.element.classList.add('is-open')
    this.element.tabIndex = -1
    this.element.focus({ preventScroll: true })
  }

  closeSheet (): void {
    if (!this.isSheetOpen) return
    this.element.classList.remove('is-open')
    this.opener?.focus({ preventScroll: true })
    this.opener = null
  }
}

function focusCard (card: HTMLElement): void {
  card.tabIndex = -1
  card.focus({ preventScroll: true })
}

/** server HTML from which a card was made */
const sources = new WeakMap<Element, string>()

function readAnchor (json: string | undefined): Anchor {
  const empty: Anchor = { block_id: '', start: 0, end: 0, quote: '', prefix: '', suffix: '', relative_start: '', relative_end: '', generation: '' }
  try {
    const given = JSON.parse(json || '{}') as Partial<Anchor> | null
    // a thread about the whole text has empty places, which may come as null
    return { ...empty, ...Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== null)) }
  } catch {
    return empty
  }
}
