/**
 * One stay with a document: shared text, connection, copy in this browser, editor. When the server refuses what was typed
 * or the right to write is lost, the words are handed back and the session starts anew from the server's text.
 */
import { Awareness } from 'y-protocols/awareness'
import type { EditorView } from 'prosemirror-view'
import * as Y from 'yjs'
import { changedPassages, type Passage } from './changes.ts'
import type { Comments } from './comments.ts'
import { socketAddress } from './dom.ts'
import { createEditorView } from './editor-view.ts'
import { OfflineCopy } from './offline.ts'
import type { Page } from './page.ts'
import { showPresence } from './presence.ts'
import { DocumentProvider } from './provider.ts'
import type { Hello, Refusal } from './protocol.ts'
import type { Rescue } from './rescue.ts'
import { buildSchema, rootName } from './schema.ts'
import { notify, StatusLine, statusOf, type Ending } from './status.ts'
import { t } from './strings.ts'

/** close codes */
const SIGN_IN = 4401
const RELOAD = 4409

export interface SessionParts {
  page: Page
  schemaVersion: number
  comments: Comments
  rescue: Rescue
  status: StatusLine
  presence: HTMLElement
  toolbar: HTMLElement | null
  /** who the server first said this is */
  me?: string
}

export class Session {
  private readonly doc = new Y.Doc()
  private readonly awareness = new Awareness(this.doc)
  readonly provider: DocumentProvider
  private readonly offline: OfflineCopy | null
  private readonly hidePresence: () => void
  private view: EditorView | null = null
  private wasConnected = false
  private destroyed = false
  private ending: Ending | undefined

  constructor (private readonly parts: SessionParts, private readonly restart: () => void) {
    const { page } = parts
    this.provider = new DocumentProvider({
      address: socketAddress(page.socket),
      generation: page.generation,
      schemaVersion: parts.schemaVersion,
      doc: this.doc,
      awareness: this.awareness,
      canWrite: page.canWrite
    })
    this.offline = page.canWrite && page.user && page.keepOffline
      ? new OfflineCopy({
        user: page.user,
        documentId: page.documentId,
        generation: page.generation,
        doc: this.doc,
        server: this.provider,
        changed: () => this.showStatus()
      })
      : null
    this.hidePresence = showPresence(parts.presence, this.awareness)
    this.listen()
    void this.start()
  }

  private async start (): Promise<void> {
    await this.offline?.load()
    if (this.destroyed) return
    const since = this.offline?.unsentSince
    if (since) this.provider.markUnsaved(since)
    if (this.fragment.length > 0) this.mount()
    this.provider.connect()
    this.showStatus()
  }

  private get fragment (): Y.XmlFragment { return this.doc.getXmlFragment(rootName) }

  private get mayWrite (): boolean { return this.provider.canWrite && this.provider.connection !== 'ended' }

  private listen (): void {
    const { provider } = this
    provider.on('status', () => this.showStatus())
    provider.on('hello', hello => this.greeted(hello))
    provider.on('synced', () => { this.wasConnected = true; this.mount() })
    provider.on('stranded', () => this.handBack(t('writing_lost')))
    provider.on('refused', refusal => this.refused(refusal))
    provider.on('ended', ({ code, reason }) => this.ended(code, reason))
    window.addEventListener('beforeunload', this.beforeUnload)
    document.addEventListener('keydown', this.saveKey)
  }

  private greeted (hello: Hello): void {
    const { parts, provider } = this
    const me = `${hello.name} ${hello.colour}`
    parts.me ??= me
    // the browser signed out, or in as somebody else, since this page was made: its words belong to whom it was made for
    if (parts.page.user && (!hello.name || parts.me !== me)) return provider.leave(SIGN_IN)
    if (hello.generation && parts.page.generation && hello.generation !== parts.page.generation) return provider.leave(RELOAD)
    this.view?.setProps({ editable: () => this.mayWrite })
  }

  /** Ctrl+S anywhere on the page would open the browser's dialog to save the page. */
  private readonly saveKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return
    event.preventDefault()
    this.reassure()
  }

  private readonly reassure = (): void => this.parts.status.reassure(() => this.provider.savedAt, document.documentElement.lang)

  private mount (): void {
    if (this.view || this.destroyed) return
    const { parts, provider } = this
    this.view = createEditorView({
      page: parts.page,
      schema: buildSchema(parts.page.imageBase),
      doc: this.doc,
      awareness: this.awareness,
      comments: parts.comments,
      toolbar: parts.toolbar,
      canWrite: () => this.mayWrite,
      maxFrame: () => provider.hello?.maxFrame ?? 0,
      reassure: this.reassure
    })
    parts.page.element.dataset.live = 'true'
    parts.comments.attach(this.view)
  }

  private showStatus (): void {
    const { provider, offline } = this
    if (this.destroyed) return
    if (provider.unsaved) offline?.markUnsent()
    else if (provider.synced && provider.savedVector) offline?.markStored(provider.savedVector)
    if (this.parts.toolbar) this.parts.toolbar.hidden = !this.mayWrite
    this.parts.status.show({
      kind: statusOf({
        connection: provider.connection,
        synced: provider.synced,
        canWrite: provider.canWrite,
        unsaved: provider.unsaved,
        storageTrouble: provider.storageTrouble,
        overdue: provider.overdue,
        pause: provider.pause,
        wasConnected: this.wasConnected
      }),
      kept: offline?.working === true,
      ending: this.ending
    })
  }

  private readonly beforeUnload = (event: BeforeUnloadEvent): void => {
    if (this.provider.unsaved && !this.offline?.keptAll) event.preventDefault()
  }

  private unsentPassages (): Passage[] {
    return this.provider.unsaved ? changedPassages(this.fragment, this.provider.savedVector ?? new Uint8Array([0])) : []
  }

  /** Offers what was not stored above the text, and says so in one notice. */
  private offerUnsent (message: string, action?: { label: string, run: () => void }): void {
    const { rescue } = this.parts
    const passages = this.unsentPassages()
    rescue.keep(passages, message, this.offline?.erased)
    const offered = passages.length > 0
    const show = { label: t('rescued_show'), run: () => rescue.reveal() }
    notify(offered ? `${message} ${t('rescued_above')}` : message, 'error', action ?? (offered ? show : undefined))
  }

  /** What was not stored is offered as a copy; the text comes anew from the server. */
  private handBack (message: string): void {
    if (this.destroyed) return
    this.offerUnsent(message)
    void this.end().then(this.restart)
  }

  private refused (refusal: Refusal): void {
    this.handBack(refusal.code === 'too_large' ? t('too_large') : t('refused', { message: refusal.message }))
  }

  /**
   * The text was replaced by another version, or the program by a newer one. After a reload what is kept on this device is
   * sent, or offered as a copy when it belongs to a text that was replaced.
   */
  private outOfDate (): void {
    const reload = { label: t('reload'), run: () => location.reload() }
    this.finish('reload_needed')
    if (this.offline?.working && this.provider.unsaved) notify(`${t('reload_needed')} ${t('kept_here')}`, 'error', reload)
    else this.offerUnsent(t('reload_needed'), reload)
  }

  private ended (code: number, reason: string): void {
    switch (code) {
      case SIGN_IN: return this.signedOut()
      case RELOAD: return this.outOfDate()
      case 4403: return this.closed('rights_lost')
      case 4404: return this.closed('not_found')
      case 4413: return this.handBack(t('too_large'))
      default: return this.handBack(t('refused', { message: reason }))
    }
  }

  /** A copy on this device waits for the same person to sign in again; without one the words are offered here. */
  private signedOut (): void {
    const { page } = this.parts
    const signIn = { label: t('sign_in'), run: () => { location.href = page.signInUrl || location.href } }
    this.finish('signed_out')
    if (this.offline?.working) notify(t('sign_in_again'), 'error', signIn)
    else this.offerUnsent(t('signed_out'), signIn)
  }

  private closed (why: 'rights_lost' | 'not_found'): void {
    this.finish(why)
    this.offerUnsent(t(why))
    void this.offline?.erase()
  }

  /** The text stays to read. */
  private finish (why: Ending): void {
    this.ending = why
    this.showStatus()
    this.view?.setProps({ editable: () => false })
  }

  /** Takes everything down and forgets the copy in this browser. A still picture of the text stays. */
  private async end (): Promise<void> {
    this.destroyed = true
    const { element } = this.parts.page
    const still = element.querySelector('.document-text-body')?.cloneNode(true) as HTMLElement | undefined
    window.removeEventListener('beforeunload', this.beforeUnload)
    document.removeEventListener('keydown', this.saveKey)
    this.provider.destroy()
    this.parts.comments.detach()
    // y-prosemirror tells views of cursors a moment later, also those that are gone by then
    this.view?.setProps({ dispatchTransaction () {} })
    this.view?.destroy()
    this.hidePresence()
    if (still) {
      still.removeAttribute('contenteditable')
      element.replaceChildren(still)
    }
    await this.offline?.clear()
    this.doc.destroy()
  }
}
