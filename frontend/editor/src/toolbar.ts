/** The toolbar: one Tab stop, arrows walk inside (WAI-ARIA toolbar), each button has a name and tells its shortcut. */
import type { Schema } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { isInTable } from 'prosemirror-tables'
import type { EditorView } from 'prosemirror-view'
import { tableActions, toolbarGroups, type Action } from './actions.ts'
import { headingLevel, setHeading } from './commands.ts'
import { h, icon } from './dom.ts'
import { shortcutLabel } from './keymap.ts'
import type { Page } from './page.ts'
import { t } from './strings.ts'

interface ToolbarOptions {
  schema: Schema
  page: Page
  element: HTMLElement
  /** null: this person may not comment */
  comment: (() => void) | null
}

interface Tool { action: Action, button: HTMLButtonElement }

class Toolbar {
  private readonly tools: Tool[] = []
  private readonly style: HTMLSelectElement
  private readonly tableGroup: HTMLElement

  constructor (private readonly view: EditorView, private readonly options: ToolbarOptions) {
    const { schema, page, element } = options
    this.style = this.styleSelect(schema)
    const groups = toolbarGroups(schema, page)
    this.tableGroup = this.group(tableActions(), t('table_label'))
    this.tableGroup.hidden = true
    element.replaceChildren(
      this.group(groups[0]), h('div', { class: 'toolbar-group' }, this.style),
      ...groups.slice(1).map(actions => this.group(actions)), this.tableGroup)
    if (options.comment) element.append(this.group([this.commentAction(options.comment)]))
    element.setAttribute('role', 'toolbar')
    element.setAttribute('aria-label', t('toolbar_label'))
    element.setAttribute('aria-controls', view.dom.id)
    element.addEventListener('keydown', this.onKeyDown)
    // buttons do not take the focus (and with it the selection) from the text when the mouse presses them
    element.addEventListener('mousedown', this.onMouseDown)
    this.update()
    this.rove(this.items()[0])
  }

  private commentAction (run: () => void): Action {
    return { id: 'comment', label: t('comment'), icon: 'chat-left-text', keys: 'Mod-Alt-m', run }
  }

  private readonly onMouseDown = (event: MouseEvent): void => {
    if ((event.target as Element).closest('button')) event.preventDefault()
  }

  private styleSelect (schema: Schema): HTMLSelectElement {
    const select = h('select', { class: 'form-select form-select-sm', 'aria-label': t('style'), title: t('style'), tabindex: -1 },
      h('option', { value: '0' }, t('paragraph')),
      ...[1, 2, 3, 4].map(level => h('option', { value: level }, t('heading_n', { level }))),
      h('option', { value: '-1', hidden: true }, '–'))
    select.addEventListener('change', () => {
      setHeading(schema, Number(select.value))(this.view.state, this.view.dispatch)
      this.view.focus()
    })
    return select
  }

  private group (actions: Action[], label?: string): HTMLElement {
    const buttons = actions.map(action => {
      const keys = action.keys ? shortcutLabel(action.keys) : ''
      const button = h('button', {
        type: 'button',
        class: 'toolbar-button',
        tabindex: -1,
        'data-action': action.id,
        title: keys ? `${action.label} (${keys})` : action.label,
        'aria-label': action.label,
        'aria-pressed': action.isOn ? 'false' : null
      }, icon(action.icon), action.id === 'comment' ? h('span', {}, action.label) : null)
      if (action.keys) button.setAttribute('aria-keyshortcuts', action.keys.replace('Mod', 'Control').replaceAll('-', '+'))
      button.addEventListener('click', () => { if (button.getAttribute('aria-disabled') !== 'true') action.run(this.view) })
      this.tools.push({ action, button })
      return button
    })
    return h('div', { class: 'toolbar-group', role: label ? 'group' : null, 'aria-label': label }, ...buttons)
  }

  private items (): HTMLElement[] {
    return [...this.options.element.querySelectorAll<HTMLElement>('button, select')].filter(item => !item.closest('[hidden]'))
  }

  private rove (to: HTMLElement): void {
    for (const item of this.items()) item.tabIndex = item === to ? 0 : -1
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    const items = this.items()
    const at = items.indexOf(document.activeElement as HTMLElement)
    const rtl = getComputedStyle(this.options.element).direction === 'rtl'
    const targets: Record<string, number> = {
      [rtl ? 'ArrowLeft' : 'ArrowRight']: at + 1, [rtl ? 'ArrowRight' : 'ArrowLeft']: at - 1, Home: 0, End: items.length - 1
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      this.view.focus()
    } else if (event.key in targets && at >= 0) {
      event.preventDefault()
      const item = items[(targets[event.key] + items.length) % items.length]
      this.rove(item)
      item.focus()
      item.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    }
  }

  focus (): void {
    const item = this.items().find(candidate => candidate.tabIndex === 0) ?? this.items()[0]
    item?.focus()
  }

  update (): void {
    const { view } = this
    for (const { action, button } of this.tools) {
      if (action.isOn) button.setAttribute('aria-pressed', String(action.isOn(view)))
      // disabled ones stay reachable, so that people find out what there is
      if (action.isPossible) button.setAttribute('aria-disabled', String(!action.isPossible(view)))
    }
    if (document.activeElement !== this.style) this.style.value = String(headingLevel(view.state))
    const inTable = isInTable(view.state)
    if (this.tableGroup.hidden === inTable) {
      this.tableGroup.hidden = !inTable
      if (!this.items().some(item => item.tabIndex === 0)) this.rove(this.items()[0])
    }
  }

  destroy (): void {
    this.options.element.removeEventListener('keydown', this.onKeyDown)
    this.options.element.removeEventListener('mousedown', this.onMouseDown)
    this.options.element.replaceChildren()
  }
}

/** Fills the page's toolbar element; `focus` moves the keyboard there. */
export function toolbarPlugin (options: ToolbarOptions): { plugin: Plugin, focus: () => void } {
  let toolbar: Toolbar | null = null
  let scheduled = 0
  const plugin = new Plugin({
    view (view) {
      toolbar = new Toolbar(view, options)
      return {
        update () {
          if (scheduled) return
          scheduled = requestAnimationFrame(() => { scheduled = 0; if (!view.isDestroyed) toolbar?.update() })
        },
        destroy () { cancelAnimationFrame(scheduled); toolbar?.destroy() }
      }
    }
  })
  return { plugin, focus: () => toolbar?.focus() }
}
