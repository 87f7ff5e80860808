/** Joins text and comments: selection → composer, words ↔ card, events → fresh cards, "these words answer #12". */
import type { EditorView } from 'prosemirror-view'
import { anchorOfBlock, anchorOfRange, resolveAnchor, type Anchor, type Range } from './anchors.ts'
import { blockAt } from './blocks.ts'
import { openBlockSheet } from './block-sheet.ts'
import { allowForm, Composer, readableQuote } from './composer.ts'
import { announce, h, isPhone, reducedMotion } from './dom.ts'
import { draftsOf } from './drafts.ts'
import { sharedEvents, type ServerEvent } from './events.ts'
import { activeThread, rangesOf, updateHighlights } from './highlights.ts'
import { Margin } from './margin.ts'
import type { Page } from './page.ts'
import { AnswerPicker } from './picker.ts'
import { notify } from './status.ts'
import { shortened, t } from './strings.ts'
import { ThreadPanel } from './thread-panel.ts'

const THREAD_EVENTS = ['thread.created', 'thread.updated', 'comment.created', 'comment.updated']

export class Comments {
  readonly panel: ThreadPanel | null
  private view: EditorView | null = null
  private margin: Margin | null = null
  private composer: Composer | null = null
  private readonly picker: AnswerPicker
  private followed = false

  constructor (private readonly page: Page) {
    const element = document.getElementById('threads')
    this.panel = element && page.threadsUrl
      ? new ThreadPanel(element, page, {
        onChange: threads => {
          if (this.view) updateHighlights(this.view, { threads })
          this.margin?.update()
        },
        onActivate: id => this.activate(id, { scrollText: true })
      })
      : null
    this.picker = new AnswerPicker(() => this.view, range => this.view && anchorOfRange(this.view.state, range, page.generation))
    this.listen()
  }

  attach (view: EditorView): void {
    this.view = view
    this.panel?.attach(view)
    if (this.panel) {
      this.margin = new Margin(view, {
        canComment: () => this.page.canComment,
        open: threads => this.openThread(threads[0]),
        act: pos => this.act(pos)
      })
      updateHighlights(view, { threads: this.panel.threads() })
    }
    if (!this.followed) {
      this.followed = true
      this.followHash()
      this.offerDrafts()
    }
  }

  detach (): void {
    this.composer?.close()
    this.margin?.destroy()
    this.margin = null
    this.panel?.detach()
    this.view = null
  }

  /** The text or the highlights changed. */
  changed (typedHere: boolean): void {
    this.margin?.update()
    if (typedHere) this.panel?.noteTyping()
    else this.panel?.schedule()
  }

  // -- writing ----------------------------------------------------------------------------------------------------

  /** Comment on the selected words, or on the paragraph with the cursor. */
  readonly commentSelection = (): void => {
    const { view } = this
    if (!view || !this.page.canComment || !this.panel) return
    const { from, to, empty } = view.state.selection
    const anchor = empty ? anchorOfBlock(view.state, from, this.page.generation) : anchorOfRange(view.state, { from, to }, this.page.generation)
    if (anchor) this.compose(anchor)
    else notify(t('comment_need_text'), 'info')
  }

  private compose (anchor: Anchor): void {
    const { view, panel } = this
    if (!view || !panel || !this.page.canComment) return
    this.composer?.close()
    const range = resolveAnchor(view.state, anchor, this.page.generation)
    updateHighlights(view, { pending: range, active: null })
    panel.setActive(null)
    this.composer = new Composer({
      page: this.page,
      anchor,
      at: range?.from ?? 0,
      list: panel.list,
      onSent: html => {
        const card = panel.put(html)
        if (card?.dataset.thread) this.activate(card.dataset.thread, {})
      },
      onClosed: () => {
        this.composer = null
        if (this.view && !this.view.isDestroyed) {
          updateHighlights(this.view, { pending: null })
          if (!isPhone()) this.view.focus()
        }
        panel.schedule()
        this.offerDrafts()
      }
    })
    panel.schedule()
  }

  /** Unsent words of an earlier visit: one line above the cards that takes them up again. */
  private offerDrafts (): void {
    const { panel } = this
    if (!panel) return
    panel.element.querySelector('.thread-drafts')?.remove()
    if (!this.page.canComment) return
    const drafts = draftsOf(this.page.documentId)
    if (!drafts.length) return
    const items = drafts.map(({ draft }) => {
      const button = h('button', { type: 'button', class: 'button button-small' },
        t('draft_resume', { text: shortened(draft.body, 40) }))
      button.addEventListener('click', () => { panel.closeSheet(); this.compose(draft.anchor) })
      return h('li', {}, button)
    })
    panel.list.before(h('ul', { class: 'thread-drafts', 'aria-label': t('drafts') }, ...items))
  }

  // -- a tap on a paragraph -----------------------------------------------------------------------------------------

  /** On a phone the sheet with what can be done; on a wide screen the composer at once. */
  private act (pos: number): void {
    const { view } = this
    if (!view) return
    if (!isPhone()) {
      const anchor = anchorOfBlock(view.state, pos, this.page.generation)
      if (anchor && this.page.canComment) this.compose(anchor)
      return
    }
    this.openSheet(pos)
  }

  private openSheet (pos: number): void {
    const { view } = this
    if (!view) return
    const block = blockAt(view.state.doc.resolve(pos))
    if (!block) return
    const threads = [...rangesOf(view.state)].filter(([, range]) =>
      range && block.pos <= range.from && range.from < block.pos + block.node.nodeSize).map(([id]) => id)
    openBlockSheet(view, block.pos, {
      threads,
      canComment: this.page.canComment && this.panel !== null,
      comment: () => {
        const anchor = this.view && anchorOfBlock(this.view.state, block.pos, this.page.generation)
        if (anchor) this.compose(anchor)
      },
      open: () => this.openThread(threads[0])
    })
  }

  /** A click in a text that this person only reads. */
  readonly tapped = (pos: number, event: MouseEvent): boolean => {
    if (!isPhone() || (event.target as Element).closest('a, mark[data-thread], button')) return false
    if (window.getSelection()?.isCollapsed === false) return false
    this.openSheet(pos)
    return true
  }

  // -- words and cards ------------------------------------------------------------------------------------------------

  /** Marked words were clicked. */
  readonly threadClicked = (id: string): void => {
    this.activate(id, {})
    this.panel?.reveal(id, false)
  }

  private openThread (id: string): void {
    this.activate(id, {})
    this.panel?.reveal(id, true)
  }

  private activate (id: string, { scrollText = false }: { scrollText?: boolean }): void {
    const { view } = this
    if (!view) return
    if (activeThread(view.state) !== id) updateHighlights(view, { active: id })
    this.panel?.setActive(id)
    const range = rangesOf(view.state).get(id)
    if (scrollText && range && !isPhone()) this.scrollTo(range)
  }

  private scrollTo (range: Range): void {
    const { view } = this
    if (!view) return
    const at = view.coordsAtPos(range.from)
    if (at.top > 80 && at.bottom < window.innerHeight - 40) return
    window.scrollBy({ top: at.top - window.innerHeight / 3, behavior: reducedMotion() ? 'auto' : 'smooth' })
  }

  private followHash (): void {
    const { view } = this
    if (!view) return
    const thread = /^#thread-(.+)$/.exec(location.hash)?.[1]
    const card = thread
      ? this.panel?.cards().find(candidate => candidate.dataset.number === thread || candidate.dataset.thread === thread)
      : undefined
    if (card?.dataset.thread) {
      this.activate(card.dataset.thread, { scrollText: true })
      this.panel?.reveal(card.dataset.thread, true)
      return
    }
    const block = location.hash.startsWith('#b-') ? document.getElementById(location.hash.slice(1)) : null
    if (!block) return
    block.scrollIntoView({ block: 'center' })
    if (reducedMotion()) return
    block.animate([{ backgroundColor: 'rgb(255 214 10 / 45%)' }, { backgroundColor: 'transparent' }], { duration: 2000 })
  }

  // -- events -----------------------------------------------------------------------------------------------------------

  private listen (): void {
    window.addEventListener('hashchange', () => this.followHash())
    document.addEventListener('click', event => {
      const target = event.target as Element
      if (target.closest('[data-open-threads]')) this.panel?.openSheet()
      else if (target.closest('[data-comment-selection]')) this.commentSelection()
      const pick = target.closest<HTMLElement>('[data-pick-change]')
      if (pick) {
        this.panel?.closeSheet()
        this.picker.start(pick)
      }
    })
    document.addEventListener('htmx:afterSwap', () => this.standing())
    if (!this.panel) return
    sharedEvents(this.page.events).subscribe(`document.${this.page.documentId}`)
    for (const type of THREAD_EVENTS) {
      document.addEventListener(`koprade:${type}`, event => { void this.received((event as CustomEvent<ServerEvent>).detail) })
    }
    document.addEventListener('koprade:resync', event => {
      const { topic } = (event as CustomEvent<{ topic: string | null }>).detail
      if (topic === null || topic === `document.${this.page.documentId}`) void this.panel?.refreshAll()
    })
  }

  /** A phase opened or closed, or a role changed, while this page is open (documents/_standing.html). */
  private standing (): void {
    const { canComment, reason = '' } = document.getElementById('document-standing')?.dataset ?? {}
    if (canComment === undefined || (canComment === 'true') === this.page.canComment) return
    this.page.canComment = canComment === 'true'
    this.composer?.allow(this.page.canComment, reason)
    // the comment on the whole text, and replies
    for (const field of this.panel?.element.querySelectorAll<HTMLTextAreaElement>('textarea[name="body"]') ?? []) {
      if (field.form && field.form !== this.composer?.form) allowForm(field.form, this.page.canComment, reason)
    }
    this.margin?.update()
    this.offerDrafts()
  }

  private async received (event: ServerEvent): Promise<void> {
    if (event.topic !== `document.${this.page.documentId}` || !this.panel) return
    const id = event.data.thread_id ?? event.data.thread
    if (typeof id !== 'string') return
    const isNew = this.panel.card(id) === null
    const card = await this.panel.refresh(id)
    if (card && isNew && event.type === 'thread.created') {
      const quote = readableQuote({ quote: '', ...JSON.parse(card.dataset.anchor || '{}') } as Anchor)
      announce(t('comment_arrived', { quote: shortened(quote) }))
    }
  }
}
