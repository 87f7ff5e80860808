/** Keeps what a person has typed, opened and focused in a card while the server's fresh HTML takes its place. */

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
const CONTROLS = 'input:not([type=hidden]), textarea, select'

interface Kept {
  values: { value: string, checked: boolean, changed: boolean }[]
  names: string[]
  ids: string[]
  /** summaries of what was folded open */
  open: string[]
  /** words picked in the text as the answer, with what is shown of them */
  picked: { anchor: string, quote: string } | null
  focus: { selector: 'control' | 'button', index: number, name: string | null, id: string, start: number | null, end: number | null } | null
}

const controls = (card: Element): Control[] => [...card.querySelectorAll<Control>(CONTROLS)]

function isChanged (control: Control): boolean {
  if (control instanceof HTMLSelectElement) return [...control.options].some(option => option.selected !== option.defaultSelected)
  if (control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type)) return control.checked !== control.defaultChecked
  return control.value !== control.defaultValue
}

/** True if the person is in the middle of something in this card. */
export const hasUnsentWords = (card: Element): boolean => controls(card).some(isChanged)

const summaryOf = (details: Element): string => details.querySelector('summary')?.textContent?.trim() ?? ''

/** Hidden fields know no default value, so the one that people fill by picking words is looked at by its name. */
function pickedIn (card: Element): Kept['picked'] {
  const anchor = card.querySelector<HTMLInputElement>('input[name="changed_anchor"]')?.value
  return anchor ? { anchor, quote: card.querySelector('[data-pick-quote]')?.textContent ?? '' } : null
}

export function captureCard (card: Element): Kept {
  const list = controls(card)
  const active = document.activeElement
  const index = list.indexOf(active as Control)
  const buttons = [...card.querySelectorAll('button, a, summary')]
  const text = index >= 0 && !(list[index] instanceof HTMLSelectElement) ? list[index] as HTMLInputElement : null
  let start: number | null = null
  let end: number | null = null
  try { start = text?.selectionStart ?? null; end = text?.selectionEnd ?? null } catch { /* no selection in this type */ }
  return {
    names: list.map(control => control.name),
    ids: list.map(control => control.id),
    values: list.map(control => ({
      value: control.value, checked: control instanceof HTMLInputElement && control.checked, changed: isChanged(control)
    })),
    picked: pickedIn(card),
    open: [...card.querySelectorAll('details')].filter(details => details.open).map(summaryOf),
    focus: index >= 0
      ? { selector: 'control', index, name: list[index].name, id: list[index].id, start, end }
      : buttons.includes(active as Element) ? { selector: 'button', index: buttons.indexOf(active as Element), name: null, id: '', start: null, end: null } : null
  }
}

export function restoreCard (card: Element, kept: Kept): void {
  const list = controls(card)
  // the field of the same id, else the n-th of a name stays the n-th of that name
  const seen = new Map<string, number>()
  kept.names.forEach((name, index) => {
    const nth = seen.get(name) ?? 0
    if (!kept.ids[index]) seen.set(name, nth + 1)
    const id = kept.ids[index]
    const now = id ? list.find(control => control.id === id) : list.filter(control => !control.id && control.name === name)[nth]
    const before = kept.values[index]
    if (!now || !before.changed) return
    if (now instanceof HTMLInputElement && /^(checkbox|radio)$/.test(now.type)) now.checked = before.checked
    else now.value = before.value
  })
  const input = card.querySelector<HTMLInputElement>('input[name="changed_anchor"]')
  const quote = card.querySelector('[data-pick-quote]')
  if (kept.picked && input && !input.value) {
    input.value = kept.picked.anchor
    if (quote) quote.textContent = kept.picked.quote
  }
  card.querySelectorAll('details').forEach(details => { if (kept.open.includes(summaryOf(details))) details.open = true })
  if (!kept.focus) return
  const candidates: HTMLElement[] = kept.focus.selector === 'control' ? list : [...card.querySelectorAll<HTMLElement>('button, a, summary')]
  const same = candidates.filter(candidate => candidate.getAttribute('name') === kept.focus!.name && (!kept.focus!.id || candidate.id === kept.focus!.id))
  const target = kept.focus.name ? same[0] : candidates[kept.focus.index]
  target?.focus({ preventScroll: true })
  if (kept.focus.start !== null && target && 'setSelectionRange' in target) {
    try { (target as HTMLInputElement).setSelectionRange(kept.focus.start, kept.focus.end) } catch { /* no selection there */ }
  }
}
