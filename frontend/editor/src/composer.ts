/** Writing a new comment: in the margin beside the words, in a sheet on a phone. Write first, sign in afterwards. */
import type { Anchor } from './anchors.ts'
import { ATOM } from './blocks.ts'
import { openDialog } from './dialog.ts'
import { announce, h, isPhone, parseElement } from './dom.ts'
import { draftKey, forgetDraft, readDraft, writeDraft } from './drafts.ts'
import { request, type Page } from './page.ts'
import { notify } from './status.ts'
import { shortened, t } from './strings.ts'

export interface ComposerOptions {
  page: Page
  anchor: Anchor
  /** position of the passage in the text, for its place in the margin */
  at: number
  /** element of the panel that takes the composer on a wide screen */
  list: HTMLElement
  /** the server's article of the new thread */
  onSent: (html: string) => void
  onClosed: () => void
}

let serial = 0

export class Composer {
  readonly form: HTMLFormElement
  private readonly key: string
  private readonly body: HTMLTextAreaElement
  private readonly email: HTMLInputElement | null
  private readonly errors = h('div', { class: 'composer-errors', role: 'alert' })
  private readonly kept = h('span', { class: 'composer-kept' })
  private readonly send: HTMLButtonElement
  private dialog: HTMLDialogElement | null = null
  private closed = false

  constructor (private readonly options: ComposerOptions) {
    const { page, anchor } = options
    const id = `composer-${++serial}`
    this.key = draftKey(page.documentId, anchor)
    const draft = readDraft(this.key)
    this.body = h('textarea', { id, name: 'body', class: 'form-control', rows: 3, required: true, 'aria-describedby': `${id}-quote`, maxlength: 20000 })
    this.body.value = draft?.body ?? ''
    this.email = page.user ? null : h('input', { type: 'email', name: 'email', id: `${id}-email`, class: 'form-control', autocomplete: 'email', required: true })
    if (this.email) this.email.value = draft?.email ?? ''
    this.send = h('button', { type: 'submit', class: 'button button-main button-small' }, t('comment_send'))
    const cancel = h('button', { type: 'button', class: 'button button-small' }, t('cancel'))
    const quote = readableQuote(anchor)
    this.form = h('form', { class: 'thread thread-composer is-active', 'data-at': options.at, novalidate: true },
      h('p', { class: 'composer-quote', id: `${id}-quote` }, t('comment_on', { quote: shortened(quote, 120) })),
      h('label', { for: id, class: 'visually-hidden' }, t('comment_label')), this.body, this.emailRow(id), this.errors,
      h('div', { class: 'composer-actions' }, this.send, cancel, this.kept))
    this.form.addEventListener('input', () => this.keepDraft())
    this.form.addEventListener('submit', event => { event.preventDefault(); void this.submit() })
    this.form.addEventListener('keydown', event => this.onKeyDown(event))
    cancel.addEventListener('click', () => this.close())
    this.show()
  }

  private emailRow (id: string): HTMLElement | null {
    if (!this.email) return null
    const signIn = this.options.page.signInUrl
    return h('div', { class: 'field' },
      h('label', { for: `${id}-email` }, t('comment_email')), this.email,
      h('div', { class: 'field-help' }, t('comment_email_help'), ' ', signIn ? h('a', { href: signIn }, t('sign_in')) : null))
  }

  private show (): void {
    if (isPhone()) {
      this.dialog = openDialog(t('comment'), 'k-sheet', this.form)
      this.dialog.addEventListener('close', () => this.close())
    } else {
      this.options.list.prepend(this.form)
    }
    this.body.focus({ preventScroll: !!this.dialog })
    this.body.setSelectionRange(this.body.value.length, this.body.value.length)
  }

  private keepDraft (): void {
    writeDraft(this.key, { anchor: this.options.anchor, body: this.body.value, email: this.email?.value ?? '' })
    this.kept.textContent = this.body.value.trim() ? t('comment_kept') : ''
  }

  private onKeyDown (event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.form.requestSubmit()
    } else if (event.key === 'Escape' && !this.dialog) {
      event.preventDefault()
      event.stopPropagation()
      this.close()
    }
  }

  private async submit (): Promise<void> {
    if (!this.body.value.trim()) {
      this.fail(t('comment_empty'))
      this.body.focus()
      return
    }
    if (this.email && !this.email.reportValidity()) return
    this.send.disabled = true
    this.errors.replaceChildren()
    try {
      await this.post()
    } catch {
      this.fail(t('error_network'))
    } finally {
      this.send.disabled = false
    }
  }

  private async post (): Promise<void> {
    const { page, anchor } = this.options
    const form = new URLSearchParams({ body: this.body.value, anchor: JSON.stringify(anchor) })
    if (this.email) form.set('email', this.email.value)
    const response = await request(page.threadsUrl, { method: 'POST', body: form })
    const html = await response.text()
    if (response.ok) {
      forgetDraft(this.key)
      const article = parseElement(html, 'article.thread[data-thread]')
      this.close()
      if (article) this.options.onSent(html)
      else notify(plainText(html) || t('comment_sent'), 'stay')
      announce(t('comment_sent'))
      return
    }
    if (response.status >= 500 || !html.trim()) this.fail(t('error_server'))
    else this.failHtml(html)
  }

  /** Rights changed while somebody writes: the words stay to be read and copied, with the reason. */
  allow (allowed: boolean, reason: string): void { allowForm(this.form, allowed, reason) }

  private fail (message: string): void { this.errors.replaceChildren(message) }

  /** The server's own words about what is wrong; only its text and structure, no forms or scripts. */
  private failHtml (html: string): void {
    const root = new DOMParser().parseFromString(html, 'text/html')
    const part = root.querySelector('.errors, .errorlist, [role="alert"], .alert') ?? root.body
    part.querySelectorAll('script, style, form').forEach(element => element.remove())
    this.errors.replaceChildren(document.importNode(part, true))
    if (!this.errors.textContent?.trim()) this.fail(t('error_server'))
  }

  /** Closes; the words stay in the browser as a draft unless they were sent. */
  close (): void {
    if (this.closed) return
    this.closed = true
    this.form.remove()
    this.dialog?.close()
    this.options.onClosed()
  }
}

/** Closes a form for a comment, or opens it again; what was typed in it stays. */
export function allowForm (form: HTMLFormElement, allowed: boolean, reason: string): void {
  form.querySelector('.composer-closed')?.remove()
  form.querySelectorAll<HTMLTextAreaElement>('textarea').forEach(field => { field.readOnly = !allowed })
  form.querySelectorAll<HTMLButtonElement>('[type="submit"]').forEach(button => { button.disabled = !allowed })
  if (allowed) return
  const typed = [...form.querySelectorAll('textarea')].some(field => field.value.trim())
  form.prepend(h('p', { class: 'composer-closed', role: 'alert' }, typed ? t('comment_closed', { reason }) : reason))
}

export const readableQuote = (anchor: Anchor): string => anchor.quote.replaceAll(ATOM, ' ').trim()

const plainText = (html: string): string =>
  new DOMParser().parseFromString(html, 'text/html').body.textContent?.replace(/\s+/g, ' ').trim() ?? ''
