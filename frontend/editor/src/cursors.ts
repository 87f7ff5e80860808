/** Cursors and selections of others. Colours are set through the CSSOM: a strict policy forbids style attributes. */
import type { Plugin } from 'prosemirror-state'
import type { DecorationAttrs } from 'prosemirror-view'
import { yCursorPlugin } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import { h } from './dom.ts'
import { inkOn } from './presence.ts'

interface Peer { name: string, color: string }
const safe = (colour: string): string => /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#6c757d'

function cursor (user: Peer, client: number): HTMLElement {
  const colour = safe(user.color)
  const label = h('span', { class: 'peer-cursor-name' }, user.name)
  label.style.backgroundColor = colour
  label.style.color = inkOn(colour)
  const element = h('span', { class: 'peer-cursor peer-cursor-named', 'aria-hidden': 'true', 'data-client': client }, '\u2060', label, '\u2060')
  element.style.borderColor = colour
  return element
}

/** ProseMirror sets `style` of decorations through cssText, which the policy allows. */
const selection = (user: Peer): DecorationAttrs => ({ class: 'peer-selection', style: `background-color: ${safe(user.color)}40` })

/** ms for which a name is shown after its person moved */
const NAMED = 2500

/** Shows the name of whoever moves, for a moment: labels that stay would cover the words. */
export function nameMovingCursors (root: HTMLElement, awareness: Awareness): () => void {
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  const moved = ({ added, updated }: { added: number[], updated: number[] }): void => {
    for (const client of [...added, ...updated]) {
      clearTimeout(timers.get(client))
      const of = (): Element | null => root.querySelector(`.peer-cursor[data-client="${client}"]`)
      // the decoration is drawn right after this event
      setTimeout(() => of()?.classList.add('peer-cursor-named'), 20)
      timers.set(client, setTimeout(() => of()?.classList.remove('peer-cursor-named'), NAMED))
    }
  }
  awareness.on('change', moved)
  return () => {
    awareness.off('change', moved)
    timers.forEach(timer => clearTimeout(timer))
  }
}

export const cursorsPlugin = (awareness: Awareness): Plugin =>
  yCursorPlugin(awareness, { cursorBuilder: cursor as any, selectionBuilder: selection as any }) as Plugin
