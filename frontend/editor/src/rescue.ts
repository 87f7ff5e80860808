/** Words that could not reach the server: kept in this browser and shown to be copied until they are discarded. */
import { announce, h, icon, store } from './dom.ts'
import { rescueKey } from './offline-names.ts'
import { t } from './strings.ts'

interface Rescued { at: string, texts: string[] }

export class Rescue {
  private readonly key: string

  /** `place` is the element before which the panel is shown. */
  constructor (user: string, documentId: string, private readonly place: HTMLElement, private readonly language: string) {
    this.key = rescueKey(user, documentId)
  }

  keep (texts: string[]): void {
    if (!texts.length) return
    store.set(this.key, JSON.stringify([...this.read(), { at: new Date().toISOString(), texts }]))
    this.show()
  }

  private read (): Rescued[] {
    try {
      const found: unknown = JSON.parse(store.get(this.key) ?? '[]')
      return Array.isArray(found) ? found as Rescued[] : []
    } catch {
      return []
    }
  }

  show (): void {
    document.getElementById('editor-rescued')?.remove()
    const kept = this.read()
    if (!kept.length) return
    const panel = h('section', { id: 'editor-rescued', class: 'editor-rescued', 'aria-labelledby': 'editor-rescued-title' },
      h('h2', { id: 'editor-rescued-title' }, t('rescued_title')),
      h('p', {}, t('rescued_help')),
      ...kept.map((entry, index) => this.entry(entry, index)))
    this.place.before(panel)
    announce(t('rescued_title'))
  }

  private entry (entry: Rescued, index: number): HTMLElement {
    const text = entry.texts.join('\n\n')
    const date = new Date(entry.at).toLocaleString(this.language, { dateStyle: 'medium', timeStyle: 'short' })
    const label = t('rescued_from', { date })
    const area = h('textarea', { class: 'form-control', readonly: true, rows: 5, 'aria-label': label })
    area.value = text
    const copy = h('button', { type: 'button', class: 'button button-main button-small' }, icon('copy'), ' ', t('copy'))
    copy.addEventListener('click', () => {
      area.select()
      navigator.clipboard?.writeText(text).then(() => announce(t('copied')), () => document.execCommand('copy'))
    })
    const discard = h('button', { type: 'button', class: 'button button-small' }, t('discard'))
    discard.addEventListener('click', () => {
      if (!window.confirm(t('discard_confirm'))) return
      const rest = this.read().filter((_, other) => other !== index)
      if (rest.length) store.set(this.key, JSON.stringify(rest))
      else store.remove(this.key)
      this.show()
    })
    return h('div', { class: 'editor-rescued-entry' }, h('p', { class: 'text-body-secondary small' }, label), area,
      h('div', { class: 'editor-rescued-actions' }, copy, discard))
  }
}
