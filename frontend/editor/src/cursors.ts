/** Cursors and selections of others. Colours are set through the CSSOM: a strict policy forbids style attributes. */
import type { Plugin } from 'prosemirror-state'
import type { DecorationAttrs } from 'prosemirror-view'
import { yCursorPlugin } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import { h } from './dom.ts'
import { inkOn } from './presence.ts'

interface Peer { name: string, color: string }
const safe = (colour: string): string => /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#6c757d'

function cursor (user: Peer): HTMLElement {
  const colour = safe(user.color)
  const label = h('span', { class: 'peer-cursor-name' }, user.name)
  label.style.backgroundColor = colour
  label.style.color = inkOn(colour)
  const element = h('span', { class: 'peer-cursor', 'aria-hidden': 'true' }, '\u2060', label, '\u2060')
  element.style.borderColor = colour
  return element
}

/** ProseMirror sets `style` of decorations through cssText, which the policy allows. */
const selection = (user: Peer): DecorationAttrs => ({ class: 'peer-selection', style: `background-color: ${safe(user.color)}40` })

export const cursorsPlugin = (awareness: Awareness): Plugin =>
  yCursorPlugin(awareness, { cursorBuilder: cursor, selectionBuilder: selection as any }) as Plugin
