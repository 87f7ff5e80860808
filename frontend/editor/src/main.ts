/** Entry of editor.js: finds the document on the page and starts a session with it. */
import { Comments } from './comments.ts'
import { h } from './dom.ts'
import { retireCopies } from './offline.ts'
import { readPage, type Page } from './page.ts'
import { Rescue } from './rescue.ts'
import { schemaVersion } from './schema.ts'
import { Session, type SessionParts } from './session.ts'
import { notify, StatusLine } from './status.ts'
import { t } from './strings.ts'

function place (id: string, page: Page): HTMLElement {
  const found = document.getElementById(id)
  if (found) return found
  const made = h('div', { id, class: id })
  page.element.before(made)
  return made
}

/** Starts again soon, but not in a storm when the server refuses each time. */
function restartLater (parts: SessionParts, times: number): () => void {
  return () => setTimeout(() => start(parts, times + 1), Math.min(30_000, 300 * 2 ** times))
}

function start (parts: SessionParts, times = 0): void {
  const session = new Session(parts, restartLater(parts, times))
  // a good while without trouble and the next one counts as the first again
  session.provider.on('synced', () => setTimeout(() => { times = 0 }, 60_000))
}

/** Copies that this page may not send: of text that was replaced, or all of them when the right to write is gone. */
function retire (page: Page, rescue: Rescue): void {
  const why = t(page.canWrite ? 'text_replaced' : 'writing_lost')
  void retireCopies({
    user: page.user,
    documentId: page.documentId,
    keep: page.canWrite ? page.generation : null,
    rescue: passages => rescue.keep(passages, why)
  })
}

function boot (element: HTMLElement): void {
  const page = readPage(element, schemaVersion)
  if (page.schemaVersion !== schemaVersion) {
    notify(t('reload_needed'), 'error', { label: t('reload'), run: () => location.reload() })
    return
  }
  const rescue = new Rescue({
    user: page.user || 'anonymous',
    documentId: page.documentId,
    title: page.title,
    language: document.documentElement.lang,
    place: element,
    keep: page.keepOffline
  })
  rescue.show()
  if (page.user) retire(page, rescue)
  start({
    page,
    schemaVersion,
    rescue,
    comments: new Comments(page),
    status: new StatusLine(place('editor-status', page)),
    presence: place('editor-presence', page),
    toolbar: page.canWrite ? place('editor-toolbar', page) : null
  })
}

const element = document.getElementById('document-editor')
if (element) boot(element)
