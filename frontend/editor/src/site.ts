/** Entry of site.js, on every page: htmx, theme, dialogs, kept words, live events. */
import { setUpAnswering } from './answering.ts'
import { announce } from './dom.ts'
import { sharedEvents } from './events.ts'
import { watchMentions } from './mentions.ts'
import { eraseKept, hasUnsent } from './offline-names.ts'
import { watchBell } from './site/bell.ts'
import { ask, watchConfirmations } from './site/confirm.ts'
import { watchFolds } from './site/folds.ts'
import { setUpHtmx } from './site/htmx.ts'
import { watchChecklist } from './site/live-checklist.ts'
import { watchGuide } from './site/live-guide.ts'
import { watchFields, watchUnsaved } from './site/keep.ts'
import { watchGantt } from './site/gantt.ts'
import { watchMenuFill } from './site/menu-fill.ts'
import { watchMoving } from './site/moving.ts'
import { watchPlacing } from './site/placing.ts'
import { watchRenaming } from './site/renaming.ts'
import { text } from './site/strings.ts'
import { applyTheme, watchTheme } from './site/theme.ts'

function openDialog (id: string): void {
  const dialog = document.getElementById(id)
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal()
}

function watchDialogs (): void {
  document.addEventListener('click', event => {
    const target = event.target as Element
    const opener = target.closest<HTMLElement>('[data-dialog-open]')
    if (opener) {
      event.preventDefault()
      openDialog(opener.dataset.dialogOpen!)
    }
    target.closest('[data-dialog-close]')?.closest('dialog')?.close()
  })
}

/** Menus are <details class="menu">: a click elsewhere and Escape close them. */
function watchMenus (): void {
  const close = (except: Element | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      if (menu !== except) menu.open = false
    }
  }
  document.addEventListener('click', event => close((event.target as Element).closest('details.menu')))
  document.addEventListener('keydown', event => {
    const menu = event.key === 'Escape' ? (event.target as Element).closest<HTMLDetailsElement>('details.menu[open]') : null
    if (!menu) return
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
}

function watchCopy (): void {
  document.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy], [data-copy-from]')
    if (!button) return
    const source = button.dataset.copyFrom ? document.querySelector<HTMLInputElement>(button.dataset.copyFrom) : null
    const words = button.dataset.copy || source?.value || source?.textContent || ''
    navigator.clipboard?.writeText(words).then(() => {
      announce(text('copied'))
      const before = button.title
      button.title = text('copied')
      button.classList.add('is-copied')
      setTimeout(() => { button.title = before; button.classList.remove('is-copied') }, 2000)
    }, () => source?.select?.())
  })
}

/** What is kept of documents in this browser goes before the person goes. */
function watchSignOut (): void {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement
    if (!form.matches('[data-sign-out]') || form.dataset.erased) return
    event.preventDefault()
    void (hasUnsent() ? ask(text('unsent')) : Promise.resolve(true)).then(async yes => {
      if (!yes || form.dataset.erased) return
      form.dataset.erased = 'true'
      const late = new Promise(resolve => setTimeout(resolve, 2000))
      await Promise.race([eraseKept().catch(() => {}), late])
      form.submit()
    })
  })
}

function watchSelects (): void {
  document.addEventListener('change', event => {
    const select = event.target as Element
    if (select.matches('[data-submit-on-change]')) (select as HTMLSelectElement).form?.requestSubmit()
  })
}

function subscribeToTopics (): void {
  const topics = (document.body.dataset.topics ?? '').split(/\s+/).filter(Boolean)
  if (!topics.length) return
  const events = sharedEvents(document.body.dataset.events ?? '/ws/v1/events')
  topics.forEach(topic => events.subscribe(topic))
}

applyTheme()
setUpHtmx()
watchTheme()
watchConfirmations()
watchDialogs()
watchMenus()
watchBell()
watchMenuFill()
watchFolds()
watchGuide()
watchChecklist()
watchMoving()
watchRenaming()
watchPlacing()
watchGantt()
watchCopy()
setUpAnswering()
watchSignOut()
watchSelects()
watchMentions()
watchFields()
watchUnsaved()
subscribeToTopics()
