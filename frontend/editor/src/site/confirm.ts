/** Questions before something that cannot be undone: a <dialog> instead of the browser's own box. */
import { h } from '../dom.ts'
import { text } from './strings.ts'

export function ask (question: string): Promise<boolean> {
  return new Promise(resolve => {
    const yes = h('button', { type: 'button', class: 'button button-main' }, text('confirm_yes'))
    const no = h('button', { type: 'button', class: 'button' }, text('cancel'))
    const dialog = h('dialog', { class: 'k-dialog', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text', role: 'alertdialog' },
      h('header', { class: 'k-dialog-header' }, h('h2', { id: 'confirm-title' }, text('confirm_title'))),
      h('p', { id: 'confirm-text' }, question), h('div', { class: 'k-dialog-actions' }, no, yes))
    let agreed = false
    yes.addEventListener('click', () => { agreed = true; dialog.close() })
    no.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => { dialog.remove(); resolve(agreed) })
    document.body.append(dialog)
    dialog.showModal()
    no.focus()
  })
}

export function watchConfirmations (): void {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement
    const submitter = (event as SubmitEvent).submitter
    const question = submitter?.dataset.confirm ?? form.dataset.confirm
    if (!question || form.dataset.confirmed === 'true') return
    event.preventDefault()
    event.stopImmediatePropagation()
    void ask(question).then(yes => {
      if (!yes) return
      form.dataset.confirmed = 'true'
      form.requestSubmit(submitter)
      delete form.dataset.confirmed
    })
  }, true)
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-confirm]')
    if (!link) return
    event.preventDefault()
    void ask(link.dataset.confirm!).then(yes => { if (yes) location.assign(link.href) })
  })
  document.addEventListener('htmx:confirm', event => {
    const { question, issueRequest } = (event as CustomEvent<{ question?: string, issueRequest: (skip: boolean) => void }>).detail
    if (!question) return
    event.preventDefault()
    void ask(question).then(yes => { if (yes) issueRequest(true) })
  })
}
