/** Words that could not reach the server: kept in this browser and offered, to copy or download, until they are discarded. */
import type { Passage } from './changes.ts'
import { announce, h, icon, reducedMotion, tabStore, store, type Store } from './dom.ts'
import { rescueKey } from './offline-names.ts'
import { t } from './strings.ts'

interface Rescued { at: string, why: string, passages: Passage[] }

export interface RescueOptions {
  user: string
  documentId: string
  title: string
  language: string
  /** the element before which the panel is shown */
  place: HTMLElement
  /** false on a shared machine: then only as long as the tab is open */
  keep: boolean
}

const isRescued = (entry: any): entry is Rescued => typeof entry?.at === 'string' && Array.isArray(entry.passages)

export class Rescue {
  private readonly key: string
  private readonly store: Store
  private entries: Rescued[]
  /** false when the browser takes nothing (full, private, erased): then only this page has the words */
  private stored = true

  constructor (private readonly options: RescueOptions) {
    this.key = rescueKey(options.user, options.documentId)
    this.store = options.keep ? store : tabStore
    this.entries = this.read()
  }

  get isEmpty (): boolean { return this.entries.length === 0 }

  /** Offers the words. False when only this page has them, because the browser does not take them. */
  keep (passages: Passage[], why: string, forget = false): boolean {
    if (!passages.length) return true
    // another tab may have put something there
    if (this.stored) this.entries = this.read()
    const isKnown = this.entries.some(entry => JSON.stringify(entry.passages) === JSON.stringify(passages))
    if (!isKnown) this.entries.push({ at: new Date().toISOString(), why, passages })
    this.write(forget)
    this.show()
    announce(t('rescued_title'))
    return this.stored
  }

  private write (forget = false): void {
    if (this.entries.length === 0) this.store.remove(this.key)
    this.stored = this.entries.length === 0 || (!forget && this.store.set(this.key, JSON.stringify(this.entries)))
    window.removeEventListener('beforeunload', this.warn)
    if (!this.stored) window.addEventListener('beforeunload', this.warn)
  }

  private readonly warn = (event: BeforeUnloadEvent): void => event.preventDefault()

  private read (): Rescued[] {
    try {
      const found: unknown = JSON.parse(this.store.get(this.key) ?? '[]')
      return Array.isArray(found) ? found.filter(isRescued) : []
    } catch {
      return []
    }
  }

  /** Puts the panel on the page, or takes it away when there is nothing to offer. */
  show (): void {
    document.getElementById('editor-rescued')?.remove()
    if (this.isEmpty) return
    const where = this.stored && this.options.keep ? t('rescued_device') : t('rescued_tab')
    this.options.place.before(h('section', { id: 'editor-rescued', class: 'editor-rescued', tabindex: '-1', 'aria-labelledby': 'editor-rescued-title' },
      h('h2', { id: 'editor-rescued-title' }, t('rescued_title')),
      h('p', {}, `${t('rescued_help')} ${where}`),
      ...this.entries.map(entry => this.entry(entry))))
  }

  /** Brings the person there. */
  reveal (): void {
    const panel = document.getElementById('editor-rescued')
    panel?.focus({ preventScroll: true })
    panel?.scrollIntoView({ behavior: reducedMotion() ? 'auto' : 'smooth', block: 'center' })
  }

  private entry (entry: Rescued): HTMLElement {
    const { language, title } = this.options
    const text = asText(entry.passages)
    const date = new Date(entry.at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
    const label = t('rescued_from', { date })
    const area = h('textarea', { class: 'form-control', readonly: true, rows: Math.min(8, text.split('\n').length + 2), 'aria-label': label })
    area.value = text
    const button = (name: 'copy' | 'download' | 'discard', className: string, run: () => void): HTMLElement =>
      h('button', { type: 'button', class: `button button-small ${className}`, onclick: run }, name === 'discard' ? null : icon(name), ' ', t(name))
    const copied = (): void => announce(t('copied'))
    return h('div', { class: 'editor-rescued-entry' },
      h('p', { class: 'editor-rescued-why' }, entry.why, ' ', h('span', { class: 'text-body-secondary' }, label)), area,
      h('div', { class: 'editor-rescued-actions' },
        button('copy', 'button-main', () => {
          area.select()
          const byHand = (): void => { if (document.execCommand('copy')) copied() }
          if (navigator.clipboard) navigator.clipboard.writeText(text).then(copied, byHand)
          else byHand()
        }),
        button('download', '', () => download(`${title || 'text'} ${entry.at.slice(0, 10)}.txt`, `${title}\n${location.href}\n${label}\n\n${text}\n`)),
        button('discard', '', () => { if (window.confirm(t('discard_confirm'))) this.discard(entry) })))
  }

  private discard (gone: Rescued): void {
    const same = JSON.stringify(gone)
    this.entries = (this.stored ? this.read() : this.entries).filter(entry => JSON.stringify(entry) !== same)
    this.write(!this.stored)
    this.show()
  }
}

/** The words with the titles that they stand under. */
function asText (passages: Passage[]): string {
  let under = ''
  return passages.map(passage => {
    const title = passage.under && passage.under !== under ? `${t('rescued_under', { title: passage.under })}\n` : ''
    under = passage.under
    return title + passage.text
  }).join('\n\n')
}

function download (name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = h('a', { href: address, download: name.replace(/[\\/:*?"<>|]+/g, ' ') })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
