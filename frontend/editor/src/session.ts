/**
 * One stay with a document: shared text, connection, copy in this browser, editor. When the server refuses what was typed
 * or the right to write is lost, the words are handed back and the session starts anew from the server's text.
 */
import { Awareness } from 'y-protocols/awareness'
import type { EditorView } from 'prosemirror-view'
import * as Y from 'yjs'
import { changedTexts } from './changes.ts'
import type { Comments } from './comments.ts'
import { socketAddress } from './dom.ts'
import { createEditorView } from './editor-view.ts'
import { OfflineCopy } from './offline.ts'
import type { Page } from './page.ts'
import { showPresence } from './presence.ts'
import { DocumentProvider } from './provider.ts'
import type { Refusal } from './protocol.ts'
import type { Rescue } from './rescue.ts'
import { buildSchema, rootName } from './schema.ts'
import { notify, StatusLine, statusOf } from './status.ts'
import { t } from './strings.ts'

export interface SessionParts {
  page: Page
  schemaVersion: number
  comments: Comments
  rescue: Rescue
  status: StatusLine
  presence: HTMLElement
  toolbar: HTMLElement | null
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
      ? new OfflineCopy({ user: page.user, documentId: page.documentId, generation: page.generation, doc: this.doc })
      : null
    this.hidePresence = showPresence(parts.presence, this.awareness)
    this.listen()
    void this.start()
  }

  private async start (): Promise<void> {
    await this.offline?.load()
    if (this.destroyed) return
    const dirty = this.offline?.dirtySince
    if (dirty) this.provider.markUnsaved(dirty)
    if (this.fragment.length > 0) this.mount()
    this.provider.connect()
    this.showStatus()
  }

  private get fragment (): Y.XmlFragment { return this.doc.getXmlFragment(rootName) }

  private listen (): void {
    const { provider } = this
    provider.on('status', () => this.showStatus())
    provider.on('hello', hello => {
      this.view?.setProps({ editable: () => provider.canWrite })
      if (hello.generation && this.parts.page.generation && hello.generation !== this.parts.page.generation) this.outOfDate()
    })
    provider.on('synced', () => { this.wasConnected = true; this.mount() })
    provider.on('stranded', () => this.handBack(t('writing_lost')))
    provider.on('refused', refusal => this.refused(refusal))
    provider.on('ended', ({ code }) => this.ended(code))
    window.addEventListener('beforeunload', this.beforeUnload)
  }

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
      canWrite: () => provider.canWrite && provider.connection !== 'ended',
      maxFrame: () => provider.hello?.maxFrame ?? 0,
      reassure: () => parts.status.reassure()
    })
    parts.page.element.dataset.live = 'true'
    parts.comments.attach(this.view)
  }

  private showStatus (): void {
    const { provider, offline } = this
    if (offline) {
      if (provider.unsaved) offline.markDirty(provider.savedVector)
      else if (provider.synced) offline.markClean()
    }
    this.parts.status.show(statusOf({
      connection: provider.connection,
      synced: provider.synced,
      canWrite: provider.canWrite,
      unsaved: provider.unsaved,
      storageTrouble: provider.storageTrouble,
      kept: offline?.working === true,
      wasConnected: this.wasConnected
    }))
  }

  private readonly beforeUnload = (event: BeforeUnloadEvent): void => {
    if (this.provider.unsaved && !this.offline?.working) event.preventDefault()
  }

  private unsavedTexts (): string[] {
    return this.provider.unsaved ? changedTexts(this.fragment, this.provider.savedVector ?? new Uint8Array([0])) : []
  }

  /** What was not saved is shown to be copied; the text comes anew from the server. */
  private handBack (message: string): void {
    if (this.destroyed) return
    this.parts.rescue.keep(this.unsavedTexts())
    notify(message, 'error')
    void this.end(true).then(this.restart)
  }

  private refused (refusal: Refusal): void {
    const message = refusal.code === 'too_large' ? t('too_large') : t('refused', { message: refusal.message })
    this.handBack(message)
  }

  private outOfDate (): void {
    this.parts.rescue.keep(this.unsavedTexts())
    notify(t('reload_needed'), 'error', { label: t('reload'), run: () => location.reload() })
    void this.end(true)
  }

  private ended (code: number): void {
    const { page } = this.parts
    switch (code) {
      case 4401: // the copy stays: it is sent after signing in again
        notify(t('sign_in_again'), 'error', { label: t('sign_in'), run: () => { location.href = page.signInUrl || location.href } })
        break
      case 4409: return this.outOfDate()
      case 4403: case 4404:
        this.parts.rescue.keep(this.unsavedTexts())
        void this.offline?.erase()
        notify(code === 4404 ? t('not_found') : t('rights_lost'), 'error')
        break
      case 4413: return this.handBack(t('too_large'))
      default: return this.handBack(t('refused', { message: '' }))
    }
    this.view?.setProps({ editable: () => false })
  }

  /** Takes everything down; `erase` forgets the copy in this browser. A still picture of the text stays. */
  private async end (erase: boolean): Promise<void> {
    this.destroyed = true
    const { element } = this.parts.page
    const still = element.querySelector('.document-text-body')?.cloneNode(true) as HTMLElement | undefined
    window.removeEventListener('beforeunload', this.beforeUnload)
    this.provider.destroy()
    this.parts.comments.detach()
    this.view?.destroy()
    this.hidePresence()
    if (still) {
      still.removeAttribute('contenteditable')
      element.replaceChildren(still)
    }
    if (erase) await this.offline?.erase()
    this.doc.destroy()
  }
}
