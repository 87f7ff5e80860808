/**
 * "Where to?": the places a part of the plan can go to, in a dialog that is searched by typing and walked with the arrow keys.
 * Without this script the same link opens a page with a plain choice.
 */
import htmx from 'htmx.org'
import { notice } from './htmx.ts'
import { text } from './strings.ts'

const plain = (words: string): string => words.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()

class Places {
  private readonly search: HTMLInputElement
  private readonly places: HTMLElement[]
  private readonly words: string[]

  constructor (private readonly dialog: HTMLDialogElement) {
    this.search = dialog.querySelector('[role=combobox]')!
    this.places = [...dialog.querySelectorAll<HTMLElement>('[role=option]')]
    this.words = this.places.map(place => plain(place.textContent ?? ''))
    this.search.addEventListener('input', () => this.filter())
    this.search.addEventListener('keydown', event => this.onKey(event))
    dialog.addEventListener('click', event => {
      const place = (event.target as Element).closest<HTMLElement>('[role=option]')
      if (place) { this.choose(place); this.search.focus() }
    })
    dialog.addEventListener('htmx:afterRequest', event => {
      if ((event as CustomEvent<{ successful: boolean }>).detail.successful) dialog.close()
    })
    dialog.addEventListener('close', () => dialog.remove())
  }

  open (): void {
    document.body.append(this.dialog)
    htmx.process(this.dialog)
    this.dialog.showModal()
    this.search.focus()
    const here = this.places.find(place => place.ariaSelected === 'true') ?? this.places[0]
    if (here) this.choose(here)
    here?.scrollIntoView({ block: 'center' })
  }

  private shown (): HTMLElement[] {
    return this.places.filter(place => !place.hidden)
  }

  private choose (place: HTMLElement): void {
    for (const other of this.places) if (other.ariaSelected === 'true') other.ariaSelected = 'false'
    place.ariaSelected = 'true'
    this.search.setAttribute('aria-activedescendant', place.id)
    this.dialog.querySelector<HTMLInputElement>('input[name=place]')!.value = place.dataset.place!
    place.scrollIntoView({ block: 'nearest' })
  }

  private filter (): void {
    const wanted = plain(this.search.value).split(/\s+/)
    this.places.forEach((place, at) => { place.hidden = !wanted.every(word => this.words[at]!.includes(word)) })
    const [first] = this.shown()
    this.dialog.querySelector<HTMLElement>('[data-place-none]')!.hidden = !!first
    this.dialog.querySelector<HTMLButtonElement>('[type=submit]')!.disabled = !first
    if (first) this.choose(first)
  }

  private onKey (event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (!step) return
    event.preventDefault()
    const shown = this.shown()
    const at = shown.findIndex(place => place.ariaSelected === 'true') + step
    const next = shown[Math.min(Math.max(at, 0), shown.length - 1)]
    if (next) this.choose(next)
  }
}

async function ask (path: string): Promise<void> {
  try {
    const answer = await fetch(path, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' })
    if (!answer.ok) throw new Error(String(answer.status))
    const dialog = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('dialog')!
    new Places(document.importNode(dialog, true)).open()
  } catch {
    notice(text('error_network'))
  }
}

export function watchPlacing (): void {
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-place-ask]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const menu = link.closest<HTMLDetailsElement>('details.menu')
    if (menu) {
      menu.open = false
      // the focus comes back to it when the dialog closes
      menu.querySelector('summary')?.focus()
    }
    void ask(link.href)
  })
}
