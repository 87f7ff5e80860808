/** The line that says whether what was typed is safe, and short notices. Quiet when all is well, loud when not. */
import { announce, h, icon } from './dom.ts'
import type { DocumentProvider } from './provider.ts'
import { t } from './strings.ts'

export type Ending = 'reload_needed' | 'signed_out' | 'rights_lost' | 'not_found'
export type StatusKind =
  'loading' | 'saved' | 'saving' | 'not_stored' | 'offline' | 'offline_reading' | 'read_only' | 'storage_trouble' |
  'too_fast' | 'server_full' | 'ended'

export interface StatusInput {
  connection: DocumentProvider['connection']
  synced: boolean
  canWrite: boolean
  unsaved: boolean
  storageTrouble: boolean
  /** something waits for its receipt for longer than it should */
  overdue: boolean
  /** why the server sent us away for a moment */
  pause: DocumentProvider['pause']
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
    return input.pause ?? (input.overdue ? 'not_stored' : 'offline')
  }
  if (input.storageTrouble) return 'storage_trouble'
  if (!input.canWrite) return 'read_only'
  if (input.unsaved) return input.overdue ? 'not_stored' : 'saving'
  return 'saved'
}

function iconFor (kind: StatusKind): SVGSVGElement {
  switch (kind) {
    case 'loading': case 'saving': return icon('arrow-repeat')
    case 'saved': return icon('check2')
    case 'read_only': return icon('eye')
    default: return icon('exclamation-triangle')
  }
}

/** states in which people must know where their changes are */
const UNCERTAIN: StatusKind[] = ['not_stored', 'offline', 'storage_trouble', 'too_fast', 'server_full']
const LOUD: StatusKind[] = [...UNCERTAIN, 'offline_reading', 'ended']

/** ms before "Saving…" is shown: most changes are saved sooner, and a flicker would only disturb */
const PATIENCE = 600

export interface Shown {
  kind: StatusKind
  /** everything that was typed is on this device too */
  kept: boolean
  /** why it ended */
  ending?: Ending
}

/** One or two sentences: what is, and where the changes are if that is in doubt. */
export function statusText ({ kind, kept, ending }: Shown): string {
  if (kind === 'ended') return ending ? t(`short_${ending}`) : ''
  return UNCERTAIN.includes(kind) ? `${t(kind)} ${t(kept ? 'kept_here' : 'kept_nowhere')}` : t(kind)
}

export class StatusLine {
  private shown: Shown | null = null
  /** what is true now, also while it is not worth showing */
  private latest: Shown | null = null
  private text = ''
  /** somebody pressed Ctrl+S and waits */
  private waiting: (() => void) | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor (private readonly element: HTMLElement) {
    element.classList.add('editor-status')
  }

  show (next: Shown): void {
    clearTimeout(this.timer)
    this.latest = next
    if (next.kind !== 'saving') {
      this.waiting?.()
      this.waiting = null
    }
    if (next.kind === this.shown?.kind && statusText(next) === this.text) return
    if (next.kind === 'saving' && this.shown?.kind === 'saved') this.timer = setTimeout(() => this.render(next), PATIENCE)
    else this.render(next)
  }

  /** Ctrl+S: say that nothing has to be done, as soon as that is true, or what is the matter. */
  reassure (savedAt: () => Date | null, language: string): void {
    if (!this.latest) return
    if (this.latest.kind === 'saving') this.waiting = () => this.reassure(savedAt, language)
    if (this.latest.kind !== 'saved') return notify(statusText(this.latest), 'info')
    const time = savedAt()?.toLocaleTimeString(language, { timeStyle: 'short' })
    notify([t('saved_already'), time && t('saved_at', { time })].filter(Boolean).join(' '), 'info')
  }

  private render (next: Shown): void {
    const before = this.shown
    this.shown = next
    this.text = statusText(next)
    this.element.dataset.state = next.kind
    this.element.replaceChildren(...(this.text ? [iconFor(next.kind), h('span', {}, this.text)] : []))
    const wasLoud = before !== null && LOUD.includes(before.kind)
    if (this.text && (LOUD.includes(next.kind) || (wasLoud && next.kind === 'saved'))) announce(this.text)
  }
}

/**
 * A notice above the text; `error` and `stay` stand until they are closed, an empty text removes it. Errors are read out at
 * once, others when the screen reader has a moment.
 */
export function notify (message: string, kind: 'info' | 'error' | 'stay', action?: { label: string, run: () => void }): void {
  document.getElementById('editor-notice')?.remove()
  if (!message) return
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close') }, icon('x-lg'))
  const notice = h('div', {
    id: 'editor-notice',
    class: `editor-notice editor-notice-${kind}`,
    role: kind === 'error' ? 'alert' : 'status',
    // what is said politely is said by the region that was there before: a new one is often passed over
    'aria-live': kind === 'error' ? null : 'off'
  },
  h('span', {}, message),
  action ? h('button', { type: 'button', class: 'button button-main button-small', onclick: () => { notice.remove(); action.run() } }, action.label) : null,
  close)
  close.addEventListener('click', () => notice.remove())
  document.body.append(notice)
  if (kind !== 'error') announce(message)
  if (kind === 'info' && !action) setTimeout(() => notice.remove(), 5000)
}
