/**
 * Menus that thousands of lines have are in the page once, as a <template>: when one opens, it is filled from there with the
 * line's id. Without this script a line's menu leads to the page where the same can be done.
 */
import htmx from 'htmx.org'

/** the id that stands in the template for the line's */
const NOBODY = '00000000-0000-0000-0000-000000000000'

function fill (panel: HTMLElement): void {
  const template = document.getElementById(panel.dataset.fill!)
  if (!(template instanceof HTMLTemplateElement) || panel.dataset.filled) return
  panel.dataset.filled = 'yes'
  panel.insertAdjacentHTML('beforeend', template.innerHTML.replaceAll(NOBODY, panel.dataset.id!))
  const state = 'off' in panel.dataset ? 'off' : 'on'
  for (const one of panel.querySelectorAll<HTMLElement>('[data-when]')) if (one.dataset.when !== state) one.remove()
  for (const one of panel.querySelectorAll<HTMLButtonElement>('button[value]')) if (one.value === panel.dataset.value) one.setAttribute('aria-pressed', 'true')
  htmx.process(panel)
}

export function watchMenuFill (): void {
  // before it opens, so that nothing jumps; Enter and Space on a <summary> are clicks, too
  document.addEventListener('click', event => {
    const panel = (event.target as Element).closest('summary')?.parentElement?.querySelector<HTMLElement>(':scope > [data-fill]')
    if (panel) fill(panel)
  }, true)
}
