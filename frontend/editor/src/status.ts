/** The line that says whether what was typed is safe, and short notices. Quiet when all is well, loud when not. */
import { announce, h, icon } from './dom.ts'
import type { DocumentProvider } from './provider.ts'
import { t, type StringKey } from './strings.ts'

export type StatusKind =
  'loading' | 'saved' | 'saving' | 'offline' | 'offline_unkept' | 'offline_reading' | 'read_only' | 'storage_trouble' | 'ended'

export interface StatusInput {
  connection: DocumentProvider['connection']
  synced: boolean
  canWrite: boolean
  unsaved: boolean
  storageTrouble: boolean
  /** the browser keeps a copy */
  kept: boolean
  /** the page was connected before */
  wasConnected: boolean
}

/** What to tell, from the state of the connection. */
export function statusOf (input: StatusInput): StatusKind {
  if (input.connection === 'ended') return 'ended'
  const connected = input.connection === 'open' && input.synced
  if (!connected) {
    if (!input.wasConnected && !input.unsaved && input.connection !== 'offline') return 'loading'
    if (!input.canWrite) return 'offline_reading'
    return input.kept ? 'offline' : 'offline_unkept'
  }
  if (input.storageTrouble) return 'storage_trouble'
  if (!input.canWrite) return 'read_only'
  return input.unsaved ? 'saving' : 'saved'
}

function iconFor (kind: StatusKind): SVGSVGElement {
  switch (kind) {
    case 'loading': case 'saving': return icon('arrow-repeat')
    case 'saved': return icon('check2')
    case 'read_only': return icon('eye')
    default: return icon('exclamation-triangle')
  }
}

const LOUD: StatusKind[] = ['offline', 'offline_unkept', 'offline_reading', 'storage_trouble', 'ended']

/** ms before "Saving…" is shown: most changes are saved sooner, and a flicker would only disturb */
const PATIENCE = 600

export class StatusLine {
  private shown: StatusKind | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor (private readonly element: HTMLElement) {
    element.classList.add('editor-status')
  }

  show (kind: StatusKind): void {
    clearTimeout(this.timer)
    if (kind === this.shown) return
    if (kind === 'saving' && this.shown === 'saved') this.timer = setTimeout(() => this.render(kind), PATIENCE)
    else this.render(kind)
  }

  /** Ctrl+S: say that nothing has to be done. */
  reassure (): void {
    if (this.shown === 'saved') notify(t('saved_already'), 'info')
    else if (this.shown && this.shown !== 'ended') notify(t(this.shown), 'info')
  }

  private render (kind: StatusKind): void {
    const before = this.shown
    this.shown = kind
    this.element.dataset.state = kind
    const text = kind === 'ended' ? '' : t(kind as StringKey)
    this.element.replaceChildren(...(text ? [iconFor(kind), h('span', {}, text)] : []))
    const wasLoud = before !== null && LOUD.includes(before)
    if (text && (LOUD.includes(kind) || (wasLoud && kind === 'saved'))) announce(text)
  }
}

/** A notice above the text; `error` and `stay` stand until they are closed, an empty text removes it. */
export function notify (message: string, kind: 'info' | 'error' | 'stay', action?: { label: string, run: () => void }): void {
  document.getElementById('editor-notice')?.remove()
  if (!message) return
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close') }, icon('x-lg'))
  const notice = h('div', { id: 'editor-notice', class: `editor-notice editor-notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' },
    h('span', {}, message),
    action ? h('button', { type: 'button', class: 'button button-main button-small', onclick: action.run }, action.label) : null,
    close)
  close.addEventListener('click', () => notice.remove())
  document.body.append(notice)
  if (kind === 'info' && !action) setTimeout(() => notice.remove(), 5000)
}
