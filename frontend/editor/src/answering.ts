/**
 * The answering page: J and K walk through the queue, 1–5 decide, and words selected in the text become the passage
 * that answers. Without this script the page works with links and radio buttons; only the passage is left out.
 */
const ATOMS = 'img, br'

/** Typing in a field must stay typing. */
function isTyping (target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target instanceof HTMLInputElement && target.type !== 'radio'))
}

function walk (page: HTMLElement, key: string): boolean {
  if (key === 'j' || key === 'k') {
    page.querySelector<HTMLAnchorElement>(`a[rel="${key === 'j' ? 'next' : 'prev'}"]`)?.click()
    return true
  }
  const choices = page.querySelectorAll<HTMLInputElement>('input[name="outcome"]')
  const choice = choices[Number(key) - 1]
  if (!choice) return false
  choice.checked = true
  choice.focus()
  return true
}

/** UTF-16 length of the inline content between the start of a block and a point; an inline atom counts 1. */
function offsetIn (block: Element, node: Node, offset: number): number {
  const range = document.createRange()
  range.setStart(block, 0)
  range.setEnd(node, offset)
  const part = range.cloneContents()
  return (part.textContent ?? '').length + part.querySelectorAll(ATOMS).length
}

interface Picked { block_id: string, start: number, end: number, quote: string, prefix: string, suffix: string }

/** The selected words of one block as an anchor, or null when nothing usable is selected. */
export function pickedWords (source: Element, selection: Selection | null): Picked | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const start = range.startContainer instanceof Element ? range.startContainer : range.startContainer.parentElement
  const block = start?.closest('[data-block]')
  if (!block || !source.contains(block)) return null
  const text = block.textContent ?? ''
  const from = offsetIn(block, range.startContainer, range.startOffset)
  // a selection that goes on into the next block ends with this one
  const to = block.contains(range.endContainer)
    ? offsetIn(block, range.endContainer, range.endOffset)
    : text.length + block.querySelectorAll(ATOMS).length
  const quote = block.contains(range.endContainer) ? range.toString() : text.slice(from)
  if (to <= from || !quote.trim()) return null
  return {
    block_id: block.getAttribute('data-block') ?? '',
    start: from,
    end: to,
    quote,
    prefix: text.slice(Math.max(0, from - 32), from),
    suffix: text.slice(to, to + 32)
  }
}

function setUpPicking (page: HTMLElement): void {
  const details = page.querySelector<HTMLDetailsElement>('[data-pick-source]')
  const text = details?.querySelector('.document-pick')
  const button = page.querySelector<HTMLButtonElement>('[data-pick-change]')
  const input = page.querySelector<HTMLInputElement>('input[name="changed_anchor"]')
  const output = page.querySelector<HTMLOutputElement>('[data-pick-quote]')
  if (!details || !text || !button || !input || !output) return
  button.addEventListener('click', () => {
    details.open = true
    const marked = text.querySelector('mark') ?? text
    marked.scrollIntoView({ block: 'center' })
  })
  document.addEventListener('selectionchange', () => {
    const picked = pickedWords(text, document.getSelection())
    if (!picked) return
    input.value = JSON.stringify(picked)
    output.textContent = picked.quote
  })
}

export function setUpAnswering (): void {
  const page = document.querySelector<HTMLElement>('[data-answering]')
  if (!page) return
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (walk(page, event.key.toLowerCase())) event.preventDefault()
  })
  setUpPicking(page)
}
