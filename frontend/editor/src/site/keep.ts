/** Keeps what is typed in fields with `data-keep` until the server has taken it. */
import { store } from '../dom.ts'

type Field = HTMLInputElement | HTMLTextAreaElement
const SUBMITTED = 'koprade:submitted'
const keyOf = (field: Field): string => `koprade:keep:${field.dataset.keep || `${location.pathname}:${field.name}`}`
const fieldsOf = (root: ParentNode): Field[] => [...root.querySelectorAll<Field>('textarea[data-keep], input[data-keep]')]

function readSubmitted (): string[] {
  try {
    const keys: unknown = JSON.parse(sessionStorage.getItem(SUBMITTED) ?? '[]')
    return Array.isArray(keys) ? keys as string[] : []
  } catch {
    return []
  }
}

const noteSubmitted = (keys: string[]): void => {
  try { sessionStorage.setItem(SUBMITTED, JSON.stringify(keys)) } catch { /* then they are offered once more */ }
}

/**
 * After a form was sent and a page came back, its words are the server's. A reload or "back" brings them back instead, and
 * so does a page that says what went wrong (browsers that do not tell the status are believed).
 */
function forgetSent (): void {
  const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
  if (navigation?.type === 'navigate' && !(navigation.responseStatus >= 400)) readSubmitted().forEach(key => store.remove(key))
  noteSubmitted([])
}

export function restoreFields (root: ParentNode): void {
  for (const field of fieldsOf(root)) {
    const kept = store.get(keyOf(field))
    if (!kept || field.value.trim() !== '') continue
    field.value = kept
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

export function watchFields (): void {
  forgetSent()
  restoreFields(document)
  document.addEventListener('input', event => {
    const field = event.target as Field
    if (!field.matches?.('[data-keep]')) return
    if (field.value.trim() === '') store.remove(keyOf(field))
    else store.set(keyOf(field), field.value)
  })
  document.addEventListener('submit', event => {
    if (event.defaultPrevented) return
    const form = event.target as HTMLElement
    // htmx forms say themselves whether they were accepted
    if (form.matches('[hx-post], [hx-put], [hx-patch], [data-hx-post]')) return
    noteSubmitted(fieldsOf(form).map(keyOf))
  })
  // before the answer is put in: else its fresh fields would be filled with the words that were just sent
  document.addEventListener('htmx:beforeOnLoad', event => {
    const { xhr, requestConfig } = (event as CustomEvent<{ xhr: XMLHttpRequest, requestConfig: { elt: Element, verb: string } }>).detail
    const { elt, verb } = requestConfig
    if (xhr.status < 400 && verb !== 'get' && elt instanceof HTMLFormElement) {
      fieldsOf(elt).forEach(field => store.remove(keyOf(field)))
    }
  })
  document.addEventListener('htmx:load', event => restoreFields((event as CustomEvent<{ elt: Element }>).detail.elt))
}

/** Warns before leaving a form with changed fields (`data-warn-unsaved`). */
export function watchUnsaved (): void {
  let sending = false
  document.addEventListener('submit', () => { sending = true; setTimeout(() => { sending = false }, 2000) })
  window.addEventListener('beforeunload', event => {
    const changed = [...document.querySelectorAll<Field>('form[data-warn-unsaved] input, form[data-warn-unsaved] textarea')]
      .some(field => field.type !== 'hidden' && !['checkbox', 'radio', 'file'].includes(field.type) && field.value !== field.defaultValue)
    if (changed && !sending) event.preventDefault()
  })
}
