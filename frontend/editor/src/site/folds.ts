/** What a person folded or unfolded stays so when htmx puts the same part of the page in anew. */

const named = (root: ParentNode): HTMLDetailsElement[] => [...root.querySelectorAll<HTMLDetailsElement>('details[id]')]

export function watchFolds (): void {
  const open = new Map<string, boolean>()
  document.addEventListener('htmx:beforeSwap', event => {
    open.clear()
    for (const fold of named(event.target as Element)) open.set(fold.id, fold.open)
  })
  document.addEventListener('htmx:load', event => {
    for (const fold of named((event as CustomEvent<{ elt: Element }>).detail.elt)) {
      const was = open.get(fold.id)
      if (was !== undefined) fold.open = was
    }
  })
}
