/** Keeps what a person has typed, opened and focused in a card while the server's fresh HTML takes its place. */

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
const CONTROLS = 'input:not([type=hidden]), textarea, select'

interface Kept {
  values: { value: string, checked: boolean, changed: boolean }[]
  names: string[]
  open: boolean[]
  focus: { selector: 'control' | 'button', index: number, start: number | null, end: number | null } | null
}

const controls = (card: Element): Control[] => [...card.querySelectorAll<Control>(CONTROLS)]

function isChanged (control: Control): boolean {
  if (control instanceof HTMLSelectElement) return [...control.options].some(option => option.selected !== option.defaultSelected)
  if (control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type)) return control.checked !== control.defaultChecked
  return control.value !== control.defaultValue
}

/** True if the person is in the middle of something in this card. */
export const hasUnsentWords = (card: Element): boolean => controls(card).some(isChanged)

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
    values: list.map(control => ({
      value: control.value, checked: control instanceof HTMLInputElement && control.checked, changed: isChanged(control)
    })),
    open: [...card.querySelectorAll('details')].map(details => details.open),
    focus: index >= 0
      ? { selector: 'control', index, start, end }
      : buttons.includes(active as Element) ? { selector: 'button', index: buttons.indexOf(active as Element), start: null, end: null } : null
  }
}

export function restoreCard (card: Element, kept: Kept): void {
  const list = controls(card)
  // the n-th control of a name stays the n-th control of that name
  const seen = new Map<string, number>()
  kept.names.forEach((name, index) => {
    const nth = seen.get(name) ?? 0
    seen.set(name, nth + 1)
    const now = list.filter(control => control.name === name)[nth]
    const before = kept.values[index]
    if (!now || !before.changed) return
    if (now instanceof HTMLInputElement && /^(checkbox|radio)$/.test(now.type)) now.checked = before.checked
    else now.value = before.value
  })
  card.querySelectorAll('details').forEach((details, index) => { if (kept.open[index]) details.open = true })
  if (!kept.focus) return
  const candidates = kept.focus.selector === 'control' ? list : [...card.querySelectorAll<HTMLElement>('button, a, summary')]
  const target = candidates[kept.focus.index] as HTMLElement | undefined
  target?.focus({ preventScroll: true })
  if (kept.focus.start !== null && target && 'setSelectionRange' in target) {
    try { (target as HTMLInputElement).setSelectionRange(kept.focus.start, kept.focus.end) } catch { /* no selection there */ }
  }
}
