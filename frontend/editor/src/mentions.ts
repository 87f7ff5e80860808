/**
 * "@" in a comment offers the people of the process. Works in every textarea below an element with
 * `data-mentions-url`, whose answer to `?q=` is `{"people": [{"name": "…"}]}`. Typing goes on as before when it fails.
 */
import { announce, h } from './dom.ts'
import { text } from './site/strings.ts'

/** Words of a name after an @ that begins a word; names have spaces and commas, so the search stays short. */
const ASKED = /(?:^|[\s(])@([^\s@][^@\n]{0,30}|)$/u
const WAIT_MS = 150

interface Answer { people: { name: string }[] }

let list: HTMLUListElement | null = null
let owner: HTMLTextAreaElement | null = null
let active = 0
let timer = 0
let asked = 0

function close (): void {
  list?.remove()
  list = null
  owner?.removeAttribute('aria-controls')
  owner?.removeAttribute('aria-activedescendant')
  owner = null
}

function options (): HTMLLIElement[] {
  return list ? [...list.querySelectorAll('li')] : []
}

function move (step: number): void {
  const all = options()
  active = (active + step + all.length) % all.length
  all.forEach((option, n) => option.setAttribute('aria-selected', String(n === active)))
  owner?.setAttribute('aria-activedescendant', all[active].id)
  all[active].scrollIntoView({ block: 'nearest' })
}

function choose (name: string): void {
  const field = owner
  if (!field) return
  const before = field.value.slice(0, field.selectionStart)
  const start = before.lastIndexOf('@')
  field.setRangeText(`@${name} `, start, field.selectionStart, 'end')
  close()
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

function show (field: HTMLTextAreaElement, names: string[]): void {
  close()
  if (!names.length || document.activeElement !== field) return
  owner = field
  active = 0
  list = h('ul', { class: 'mentions', role: 'listbox', id: 'mentions', 'aria-label': text('mention_people') },
    ...names.map((name, n) => h('li', { role: 'option', id: `mention-${n}`, 'aria-selected': String(n === 0) }, name)))
  list.addEventListener('mousedown', event => {
    event.preventDefault()
    const option = (event.target as Element).closest('li')
    if (option) choose(option.textContent ?? '')
  })
  field.after(list)
  field.setAttribute('aria-controls', 'mentions')
  field.setAttribute('aria-activedescendant', 'mention-0')
  announce(names.join('; '))
}

async function ask (field: HTMLTextAreaElement, url: string, query: string): Promise<void> {
  const mine = ++asked
  try {
    const response = await fetch(`${url}?q=${encodeURIComponent(query)}`, { headers: { Accept: 'application/json' } })
    if (!response.ok || mine !== asked) return
    const { people } = await response.json() as Answer
    show(field, people.map(person => person.name))
  } catch { /* no suggestions, then */ }
}

function typed (event: Event): void {
  const field = event.target
  if (!(field instanceof HTMLTextAreaElement)) return
  const url = field.closest<HTMLElement>('[data-mentions-url]')?.dataset.mentionsUrl
  const match = url ? ASKED.exec(field.value.slice(0, field.selectionStart)) : null
  clearTimeout(timer)
  if (!url || !match) return close()
  timer = window.setTimeout(() => { void ask(field, url, match[1]) }, WAIT_MS)
}

function pressed (event: KeyboardEvent): void {
  if (!list || event.target !== owner) return
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step) move(step)
  else if (event.key === 'Enter' || event.key === 'Tab') choose(options()[active].textContent ?? '')
  else if (event.key === 'Escape') close()
  else return
  event.preventDefault()
  event.stopPropagation()
}

export function watchMentions (): void {
  document.addEventListener('input', typed)
  document.addEventListener('keydown', pressed, true)
  document.addEventListener('focusout', event => { if (event.target === owner) setTimeout(close, 100) })
}
