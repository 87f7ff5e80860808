/** Making and changing links: a dialog, and a small bubble while the cursor stands in a link. */
import type { Mark } from 'prosemirror-model'
import { Plugin, TextSelection, type EditorState } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { h, icon } from './dom.ts'
import { formDialog } from './dialog.ts'
import { placeFloating } from './floating.ts'
import { isAllowedAddress } from './schema.ts'
import { t } from './strings.ts'

interface LinkRange { from: number, to: number, mark: Mark }

/** The link around the cursor with all the words that carry it. */
export function linkAround (state: EditorState): LinkRange | null {
  const { $from } = state.selection
  const type = state.schema.marks.link
  const mark = type.isInSet($from.marks()) ?? ($from.nodeAfter && type.isInSet($from.nodeAfter.marks))
  if (!mark) return null
  const parent = $from.parent
  let best: LinkRange | null = null
  parent.forEach((node, offset) => {
    const start = $from.start() + offset
    if (mark.isInSet(node.marks)) {
      if (best && best.to === start) best.to = start + node.nodeSize
      else if (!best || best.to < $from.pos) best = { from: start, to: start + node.nodeSize, mark }
    }
  })
  const found = best as LinkRange | null
  return found && found.from <= $from.pos && $from.pos <= found.to ? found : null
}

/** Completes what people leave out: `example.org` and `name@example.org`. Null when it is no address. */
export function completeAddress (typed: string): string | null {
  const text = typed.trim()
  if (!text || /\s/.test(text)) return null
  if (isAllowedAddress(text)) return text
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return null
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(text)) return `mailto:${text}`
  if (/^[^/@]+\.[^/@.]+(\/|\?|#|:|$)/.test(text)) return `https://${text}`
  return null
}

export async function editLink (view: EditorView): Promise<void> {
  const { state } = view
  const existing = linkAround(state)
  const range = existing ?? state.selection
  if (!state.selection.$from.parent.type.allowsMarkType(state.schema.marks.link)) return
  const text = state.doc.textBetween(range.from, range.to, ' ')
  const result = await formDialog({
    title: t('link_title'),
    submit: t('link_save'),
    fields: [
      { name: 'href', label: t('link_address'), value: existing?.mark.attrs.href ?? '', help: t('link_help'), type: 'text', inputmode: 'url' },
      ...(range.from === range.to ? [{ name: 'text', label: t('link_text'), value: text, type: 'text' as const }] : [])
    ],
    check: values => completeAddress(values.href) ? {} : { href: t('link_bad') }
  })
  if (result) {
    const href = completeAddress(result.href)!.slice(0, 2000)
    // the text may have changed while the dialog was open: take the selection of now
    const now = linkAround(view.state) ?? view.state.selection
    const mark = view.state.schema.marks.link.create({ href, title: existing?.mark.attrs.title ?? '' })
    let { tr } = view.state
    if (now.from === now.to) {
      const words = result.text?.trim() || result.href.trim()
      tr = tr.replaceSelectionWith(view.state.schema.text(words, [...view.state.selection.$from.marks().filter(m => m.type !== mark.type), mark]), false)
    } else {
      tr = tr.removeMark(now.from, now.to, mark.type).addMark(now.from, now.to, mark)
    }
    view.dispatch(tr.removeStoredMark(mark.type).scrollIntoView())
  }
  view.focus()
}

export function removeLink (view: EditorView): void {
  const link = linkAround(view.state)
  const { from, to } = link ?? view.state.selection
  view.dispatch(view.state.tr.removeMark(from, to, view.state.schema.marks.link))
  view.focus()
}

/** The bubble "example.org · Edit · Remove" below a link with the cursor in it. */
export function linkBubblePlugin (): Plugin {
  return new Plugin({
    view (editorView) {
      const address = h('a', { target: '_blank', rel: 'noopener noreferrer' })
      const edit = h('button', { type: 'button', class: 'icon-button', title: t('link_edit'), 'aria-label': t('link_edit'), onclick: () => { void editLink(editorView) } }, icon('pencil'))
      const remove = h('button', { type: 'button', class: 'icon-button', title: t('link_remove'), 'aria-label': t('link_remove'), onclick: () => removeLink(editorView) }, icon('x-lg'))
      const bubble = h('div', { class: 'editor-bubble', hidden: true, role: 'group', 'aria-label': t('link') }, address, edit, remove)
      editorView.dom.after(bubble)
      const update = (): void => {
        const link = editorView.editable && editorView.hasFocus() && editorView.state.selection instanceof TextSelection &&
          editorView.state.selection.empty ? linkAround(editorView.state) : null
        bubble.hidden = !link
        if (!link) return
        address.href = link.mark.attrs.href
        address.textContent = link.mark.attrs.href.replace(/^https?:\/\//, '').slice(0, 40)
        placeFloating(editorView, bubble, link.from, 'below')
      }
      return { update, destroy: () => bubble.remove() }
    }
  })
}
