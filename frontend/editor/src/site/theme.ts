/** Light, dark, or as the system says. Loaded before the page is painted (theme.js) and again for the switch (site.js). */
const KEY = 'koprade:theme'
export type Theme = 'light' | 'dark' | 'auto'

export function chosenTheme (): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  } catch {
    return 'auto'
  }
}

export function applyTheme (theme: Theme = chosenTheme()): void {
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-bs-theme', dark ? 'dark' : 'light')
}

export function setTheme (theme: Theme): void {
  try {
    if (theme === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch { /* for this page only then */ }
  applyTheme(theme)
  markChoices()
}

export function markChoices (): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === chosenTheme()))
  }
}

export function watchTheme (): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme())
  document.addEventListener('click', event => {
    const choice = (event.target as Element).closest<HTMLElement>('[data-theme-choice]')?.dataset.themeChoice
    if (choice === 'light' || choice === 'dark' || choice === 'auto') setTheme(choice)
  })
  markChoices()
}
