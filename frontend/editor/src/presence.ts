/** Who is here: faces with initials and colours, names to read; people who only read are counted. */
import type { Awareness } from 'y-protocols/awareness'
import { h, icon } from './dom.ts'
import { t } from './strings.ts'

export interface Person { name: string, colour: string, isMe: boolean }
export interface Present { people: Person[], readers: number }

const SHOWN = 5
const COLOUR = /^#[0-9a-f]{6}$/i

/** Sorts awareness states into named people (once each, however many tabs) and a number of readers. */
export function presentPeople (states: Map<number, { [key: string]: any }>, me: number): Present {
  const people = new Map<string, Person>()
  let readers = 0
  for (const [client, state] of states) {
    if (typeof state.readers === 'number') readers = Math.max(readers, Math.floor(state.readers))
    const name = typeof state.user?.name === 'string' ? state.user.name.trim() : ''
    if (!name || state.user.reader === true) {
      if (client !== me && !('readers' in state)) readers += 1
      continue
    }
    const colour = COLOUR.test(state.user.color) ? state.user.color : '#6c757d'
    const known = people.get(`${name}\n${colour}`)
    if (known) known.isMe ||= client === me
    else people.set(`${name}\n${colour}`, { name, colour, isMe: client === me })
  }
  return { people: [...people.values()].sort((a, b) => Number(b.isMe) - Number(a.isMe)), readers }
}

export const initials = (name: string): string => {
  // the same letters as in the faces that the server draws
  const words = name.split(/[\s,]+/).filter(word => /^[\p{L}\p{N}]/u.test(word))
  return words.slice(0, 2).map(word => [...word][0].toLocaleUpperCase()).join('') || '?'
}

/** Black or white, whichever is easier to read on the colour (WCAG luminance). */
export function inkOn (colour: string): string {
  const [r, g, b] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return luminance > 0.179 ? '#000000' : '#ffffff'
}

function face (person: Person): HTMLElement {
  const label = person.isMe ? t('person_you', { name: person.name }) : person.name
  const element = h('li', { class: 'presence-face', title: label }, h('span', { 'aria-hidden': 'true' }, initials(person.name)),
    h('span', { class: 'visually-hidden' }, label))
  element.style.backgroundColor = person.colour
  element.style.color = inkOn(person.colour)
  return element
}

/** Keeps the element in step with the awareness states; returns the function that ends it. */
export function showPresence (element: HTMLElement, awareness: Awareness): () => void {
  let shown = ''
  const render = (): void => {
    const { people, readers } = presentPeople(awareness.getStates() as Map<number, { [key: string]: any }>, awareness.clientID)
    const now = JSON.stringify([people, readers])
    if (now === shown) return
    shown = now
    const rest = people.slice(SHOWN)
    element.replaceChildren(
      // a lone reader is no list of nobody
      people.length === 0 ? '' : h('ul', { class: 'presence-faces', 'aria-label': t('people_here', { count: people.length }) },
        ...people.slice(0, SHOWN).map(face),
        rest.length ? h('li', { class: 'presence-face presence-rest', title: rest.map(person => person.name).join(', ') }, `+${rest.length}`) : null),
      readers > 0 ? h('span', { class: 'presence-readers', title: t('readers', { count: readers }) }, icon('eye'), ' ', String(readers),
        h('span', { class: 'visually-hidden' }, t('readers', { count: readers }))) : '')
  }
  awareness.on('change', render)
  render()
  return () => awareness.off('change', render)
}
