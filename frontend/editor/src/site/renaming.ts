/**
 * Renaming parts of the plan where they stand: F2, a double click on the line or its menu. Enter saves, Escape gives up. What
 * is being typed outlives a guide that is fetched anew; what somebody else saved meanwhile is shown beside it.
 */
import htmx from 'htmx.org'
import { csrfToken, h } from '../dom.ts'
import { notice } from './htmx.ts'
import { text } from './strings.ts'

const PART = '[data-node][data-into]'
/** ms until words whose part does not come back are given to the person */
const GONE_AFTER = 5000

type Kept = { words: string, was: string, revision: string, problem: string, caret: [number | null, number | null] | null }
const kept = new Map<string, Kept>()

const partOf = (target: EventTarget | null): HTMLElement | null => target instanceof Element ? target.closest<HTMLElement>(PART) : null
/** What of a part is its own and not of what is in it. */
const own = <T extends HTMLElement>(part: HTMLElement, selector: string): T | null =>
  [...part.querySelectorAll<T>(selector)].find(found => partOf(found) === part) ?? null
/** The address that renames a part, if this person may: beside the one that moves it. */
const address = (part: HTMLElement): string | null => {
  const move = own(part, '.menu-panel[data-move]')?.dataset.move
  return move ? new URL('../rename/', new URL(move, location.href)).pathname : null
}
const titleOf = (part: HTMLElement): HTMLElement | null => own(part, '[data-title]')

function begin (part: HTMLElement, again?: Kept): void {
  const present = own<HTMLFormElement>(part, 'form.rename')
  const title = titleOf(part)
  const path = address(part)
  if (present || !title || !path) { present?.querySelector('input')?.focus(); return }
  const name = title.textContent ?? ''
  const input = h('input', { type: 'text', name: 'title', class: 'form-control', value: again?.was ?? name, maxlength: 200, required: true, autocomplete: 'off', 'aria-label': text('rename') })
  const revision = h('input', { type: 'hidden', name: 'revision', value: again?.revision ?? title.dataset.revision })
  const problem = h('div', { class: 'field-error', role: 'alert' }, again?.problem)
  const token = h('input', { type: 'hidden', name: 'csrfmiddlewaretoken', value: csrfToken() })
  const form = h('form', { class: 'rename', 'hx-post': path, 'hx-swap': 'none', 'hx-target': 'this', 'data-warn-unsaved': true }, token, revision, input, problem)
  input.value = again?.words ?? name

  form.addEventListener('keydown', event => {
    event.stopPropagation()
    if (event.key === 'Escape') end(part, form)
  })
  // before htmx hears of it
  form.addEventListener('submit', event => {
    if (input.value.trim() !== name) return
    event.preventDefault()
    event.stopImmediatePropagation()
    end(part, form)
  })
  form.addEventListener('htmx:afterRequest', event => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail
    if (xhr.status === 200) {
      title.textContent = input.value.trim()
      end(part, form)
    } else if (xhr.status === 422) {
      const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector<HTMLElement>('[data-revision]')
      revision.value = answer?.dataset.revision ?? ''
      problem.replaceChildren(...(answer?.childNodes ?? []))
      input.focus()
    }
  })
  part.classList.add('is-renaming')
  const inside = own(part, '.task-name') ?? part
  inside.prepend(form)
  htmx.process(form)
  if (!again || again.caret) {
    input.focus()
    if (again?.caret) input.setSelectionRange(...again.caret)
    else input.select()
  }
}

/** Takes the field away; the focus goes back to the line. */
function end (part: HTMLElement, form: HTMLFormElement): void {
  const had = form.contains(document.activeElement)
  form.remove()
  part.classList.remove('is-renaming')
  const title = titleOf(part)
  if (had) (title?.closest<HTMLElement>('a, summary') ?? title)?.focus()
}

/** Remembers what is being typed in a part of the page that goes. */
export function keepWords (root: Element): void {
  for (const form of root.querySelectorAll<HTMLFormElement>('form.rename')) {
    const part = partOf(form)
    const input = form.querySelector<HTMLInputElement>('input[name=title]')!
    if (!part) continue
    const id = part.dataset.node!
    kept.set(id, {
      words: input.value,
      was: input.defaultValue,
      revision: form.querySelector<HTMLInputElement>('input[name=revision]')!.value,
      problem: form.querySelector('.field-error')?.textContent ?? '',
      caret: document.activeElement === input ? [input.selectionStart, input.selectionEnd] : null
    })
    setTimeout(() => {
      const lost = kept.get(id)
      kept.delete(id)
      if (lost && lost.words !== lost.was) notice(`${text('rename_gone')} ${lost.words}`)
    }, GONE_AFTER)
  }
}

/** Opens again what was remembered, where its part is. */
export function returnWords (): void {
  for (const [id, words] of kept) {
    const part = document.getElementById(`task-${id}`) ?? document.getElementById(`frame-${id}`)
    if (!part) continue
    kept.delete(id)
    begin(part, words)
  }
}

export function watchRenaming (): void {
  document.addEventListener('keydown', event => {
    if (event.key !== 'F2' || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const part = partOf(event.target)
    if (!part || !address(part)) return
    event.preventDefault()
    begin(part)
  })
  document.addEventListener('dblclick', event => {
    const target = event.target as Element
    const part = target.closest('summary, .task-line') && !target.closest('a, button, input, .menu') ? partOf(target) : null
    if (!part || !address(part)) return
    getSelection()?.removeAllRanges()
    begin(part)
  })
  document.addEventListener('click', event => {
    const button = (event.target as Element).closest('[data-rename]')
    const part = button && partOf(button)
    if (!button || !part) return
    button.closest('details.menu')?.removeAttribute('open')
    begin(part)
  })
  document.addEventListener('htmx:beforeSwap', event => {
    const { shouldSwap, requestConfig } = (event as CustomEvent<{ shouldSwap: boolean, requestConfig: { elt: Element } }>).detail
    // the guide itself asks for the whole; what its lines send changes no part of it
    if (shouldSwap && requestConfig.elt.matches('[data-live-guide]')) keepWords(requestConfig.elt)
  })
  document.addEventListener('htmx:load', returnWords)
}
