/** Images: uploaded to this document, never linked from elsewhere. Alternative text is asked for. */
import { NodeSelection, Plugin } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import { formDialog } from './dialog.ts'
import { announce, h } from './dom.ts'
import { request, type Page } from './page.ts'
import { notify } from './status.ts'
import { t } from './strings.ts'

const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
export const isImage = (file: File): boolean => TYPES.includes(file.type)

/** A place in the text that follows what others do meanwhile; gives the position of now. */
export function trackedPosition (view: EditorView, pos: number): () => number {
  const sync = ySyncPluginKey.getState(view.state)
  const relative = absolutePositionToRelativePosition(pos, sync.type, sync.binding.mapping)
  return () => {
    const now = ySyncPluginKey.getState(view.state)
    return relativePositionToAbsolutePosition(now.doc, now.type, relative, now.binding.mapping) ?? view.state.selection.from
  }
}

async function messageOf (response: Response): Promise<string> {
  try {
    const body = await response.json() as { detail?: string, title?: string }
    return body.detail || body.title || t('error_server')
  } catch {
    return t('error_server')
  }
}

/** Sends a file; resolves with the id of the image, throws an Error with a text for the person. */
export async function uploadImage (page: Page, file: Blob, name: string, alt: string): Promise<string> {
  const form = new FormData()
  form.append('file', file, name)
  form.append('alt', alt)
  let response: Response
  try {
    response = await request(page.imageUploadUrl, { method: 'POST', body: form, headers: { Accept: 'application/json' } })
  } catch {
    throw new Error(t('error_network'))
  }
  if (!response.ok) throw new Error(await messageOf(response))
  const { id } = await response.json() as { id: string }
  return id
}

async function askAlt (value: string, submit: string): Promise<string | null> {
  const result = await formDialog({
    title: t('image_title'),
    submit,
    fields: [{ name: 'alt', label: t('image_alt'), value, help: t('image_alt_help'), type: 'textarea', maxlength: 1000 }]
  })
  return result ? result.alt.trim() : null
}

/** Asks for the description, uploads and inserts at the position where the person was. */
export async function insertImageFile (view: EditorView, page: Page, file: File, at = view.state.selection.from): Promise<void> {
  if (!isImage(file)) {
    notify(t('image_type'), 'error')
    return
  }
  const place = trackedPosition(view, at)
  const alt = await askAlt('', t('image_insert'))
  view.focus()
  if (alt === null) return
  notify(t('image_uploading'), 'info')
  try {
    const image = await uploadImage(page, file, file.name, alt)
    const node = view.state.schema.nodes.image.create({ image, alt })
    view.dispatch(view.state.tr.insert(place(), node).scrollIntoView())
    notify('', 'info')
    announce(t('saved'))
  } catch (error) {
    notify(t('image_failed', { message: (error as Error).message }), 'error')
  }
}

export function pickImage (view: EditorView, page: Page): void {
  const input = h('input', { type: 'file', accept: TYPES.join(','), hidden: true })
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    input.remove()
    if (file) void insertImageFile(view, page, file)
  })
  input.addEventListener('cancel', () => { input.remove(); view.focus() })
  document.body.append(input)
  input.click()
}

/** Change the description of the selected image. */
export async function editAlt (view: EditorView): Promise<boolean> {
  const { selection } = view.state
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'image') return false
  const place = trackedPosition(view, selection.from)
  const alt = await askAlt(selection.node.attrs.alt, t('image_save'))
  const pos = place()
  if (alt !== null && view.state.doc.nodeAt(pos)?.type.name === 'image') {
    view.dispatch(view.state.tr.setNodeAttribute(pos, 'alt', alt))
  }
  view.focus()
  return true
}

/** Dropped files, double click on an image, and images that cannot be loaded. */
export function imagesPlugin (page: Page): Plugin {
  return new Plugin({
    props: {
      handleDrop (view, event, _slice, moved) {
        const files = [...(event.dataTransfer?.files ?? [])].filter(isImage)
        if (moved || !files.length || !view.editable) return false
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
        void files.reduce((before, file) => before.then(() => insertImageFile(view, page, file, at)), Promise.resolve())
        event.preventDefault()
        return true
      },
      handleDoubleClickOn (view, _pos, node) {
        if (node.type.name !== 'image' || !view.editable) return false
        void editAlt(view)
        return true
      },
      handleKeyDown (view, event) {
        const { selection } = view.state
        if (event.key !== 'Enter' || !(selection instanceof NodeSelection) || selection.node.type.name !== 'image') return false
        void editAlt(view)
        return true
      }
    }
  })
}
