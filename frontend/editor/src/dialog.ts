/** Accessible dialogs on the browser's own <dialog>: focus is kept inside, Escape closes, focus returns. */
import { h, icon } from './dom.ts'
import { t } from './strings.ts'

export interface Field {
  name: string
  label: string
  value: string
  help?: string
  type: 'text' | 'textarea'
  inputmode?: string
  maxlength?: number
}

interface FormDialogOptions {
  title: string
  submit: string
  fields: Field[]
  /** errors by field name; an empty object means that all is well */
  check?: (values: Record<string, string>) => { [name: string]: string | undefined }
}

let serial = 0

/** A dialog with a title and whatever is put in; closed ones are removed from the page. */
export function openDialog (title: string, className: string, ...content: Node[]): HTMLDialogElement {
  const id = `dialog-${++serial}`
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close') }, icon('x-lg'))
  const dialog = h('dialog', { class: `k-dialog ${className}`, 'aria-labelledby': id },
    h('header', { class: 'k-dialog-header' }, h('h2', { id }, title), close), ...content)
  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  // a click on the backdrop is a click on the dialog itself, outside of its box
  dialog.addEventListener('click', event => {
    if (event.target !== dialog) return
    const box = dialog.getBoundingClientRect()
    if (event.clientY < box.top || event.clientY > box.bottom || event.clientX < box.left || event.clientX > box.right) dialog.close()
  })
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

function fieldRow (field: Field, inputs: Map<string, HTMLInputElement | HTMLTextAreaElement>): HTMLElement {
  const id = `field-${++serial}`
  const input = field.type === 'textarea'
    ? h('textarea', { id, name: field.name, class: 'form-control', rows: 3, maxlength: field.maxlength })
    : h('input', { id, name: field.name, class: 'form-control', type: 'text', inputmode: field.inputmode, maxlength: field.maxlength, autocomplete: 'off' })
  input.value = field.value
  if (field.help) input.setAttribute('aria-describedby', `${id}-help`)
  inputs.set(field.name, input)
  return h('div', { class: 'field' }, h('label', { for: id }, field.label),
    field.help ? h('div', { id: `${id}-help`, class: 'field-help' }, field.help) : null,
    h('div', { id: `${id}-error`, class: 'field-error', role: 'alert' }), input)
}

/** Asks for a few texts; resolves with them, or with null when it was closed. */
export function formDialog (options: FormDialogOptions): Promise<Record<string, string> | null> {
  return new Promise(resolve => {
    const inputs = new Map<string, HTMLInputElement | HTMLTextAreaElement>()
    const rows = options.fields.map(field => fieldRow(field, inputs))
    const cancel = h('button', { type: 'button', class: 'button' }, t('cancel'))
    const form = h('form', { method: 'dialog', novalidate: true }, ...rows,
      h('div', { class: 'k-dialog-actions' }, cancel, h('button', { type: 'submit', class: 'button button-main' }, options.submit)))
    const dialog = openDialog(options.title, 'k-dialog-form', form)
    let values: Record<string, string> | null = null
    form.addEventListener('submit', event => {
      event.preventDefault()
      const typed = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value]))
      const errors = options.check?.(typed) ?? {}
      showErrors(inputs, errors)
      if (Object.keys(errors).length) return
      values = typed
      dialog.close()
    })
    cancel.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => resolve(values))
    inputs.values().next().value?.focus()
  })
}

function showErrors (inputs: Map<string, HTMLInputElement | HTMLTextAreaElement>, errors: { [name: string]: string | undefined }): void {
  for (const [name, input] of inputs) {
    const message = errors[name] ?? ''
    input.classList.toggle('is-invalid', !!message)
    input.setAttribute('aria-invalid', String(!!message))
    const place = document.getElementById(`${input.id}-error`)
    if (place) place.textContent = message
  }
  const first = [...inputs].find(([name]) => errors[name])
  first?.[1].focus()
}
