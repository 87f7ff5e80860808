/** Pasting: from word processors, images out of the clipboard, an address over selected words, and too much at once. */
import { DOMParser as SchemaParser } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { insertImageFile, isImage, trackedPosition, uploadImage } from './images.ts'
import type { Page } from './page.ts'
import { isAllowedAddress } from './schema.ts'
import { notify } from './status.ts'
import { t } from './strings.ts'
import { cleanPastedHtml } from './word.ts'

export interface PasteOptions {
  page: Page
  /** longest frame the server takes, in bytes */
  maxFrame: () => number
}

/** A rough upper estimate of how many bytes pasted text takes as a Yjs update. */
const estimate = (html: string, text: string): number => Math.max(text.length * 3, html.replace(/<[^>]*>/g, '').length * 3)

const hasRemoteImages = (html: string, page: Page): boolean =>
  [...new DOMParser().parseFromString(html, 'text/html').images].some(image =>
    !/^(data|blob):/.test(image.src) && !(image.getAttribute('src') ?? '').includes(page.imageBase))

async function dataImage (address: string): Promise<Blob | null> {
  const match = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(address)
  if (!match) return null
  const bytes = Uint8Array.from(atob(match[2].replace(/\s/g, '')), character => character.charCodeAt(0))
  return new Blob([bytes], { type: match[1] })
}

/** Uploads images that are inside of the HTML, then inserts everything where the cursor was. */
async function pasteWithImages (view: EditorView, html: string, page: Page): Promise<void> {
  const root = new DOMParser().parseFromString(cleanPastedHtml(html), 'text/html')
  const place = trackedPosition(view, view.state.selection.from)
  notify(t('image_uploading'), 'info')
  let failure = ''
  for (const image of [...root.images]) {
    const blob = await dataImage(image.getAttribute('src') ?? '')
    if (!blob) continue
    try {
      const id = await uploadImage(page, blob, `image.${blob.type.split('/')[1]}`, image.alt)
      image.setAttribute('data-image', id)
      image.setAttribute('src', `${page.imageBase}${id}/`)
    } catch (error) {
      failure = (error as Error).message
    }
  }
  const slice = SchemaParser.fromSchema(view.state.schema).parseSlice(root.body)
  const at = place()
  view.dispatch(view.state.tr.replaceRange(at, at, slice).scrollIntoView())
  notify(failure ? t('image_failed', { message: failure }) : '', failure ? 'error' : 'info')
}

export function pastePlugin ({ page, maxFrame }: PasteOptions): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML: cleanPastedHtml,
      handlePaste (view, event) {
        const data = event.clipboardData
        if (!data) return false
        const html = data.getData('text/html')
        const text = data.getData('text/plain')
        const limit = maxFrame()
        if (limit > 0 && estimate(html, text) > limit) {
          notify(t('too_large'), 'error')
          return true
        }
        const { selection, schema } = view.state
        if (!selection.empty && /^\S+$/.test(text.trim()) && /^(https?|mailto):/i.test(text.trim()) && isAllowedAddress(text.trim()) &&
          selection.$from.sameParent(selection.$to) && selection.$from.parent.type.allowsMarkType(schema.marks.link)) {
          view.dispatch(view.state.tr.addMark(selection.from, selection.to, schema.marks.link.create({ href: text.trim() })))
          return true
        }
        const files = [...data.files].filter(isImage)
        if (files.length && !text.trim()) {
          void files.reduce((before, file) => before.then(() => insertImageFile(view, page, file)), Promise.resolve())
          return true
        }
        if (/<img[^>]+src=["']?data:image/i.test(html)) {
          void pasteWithImages(view, html, page)
          return true
        }
        if (html && hasRemoteImages(html, page)) notify(t('images_dropped'), 'info')
        return false
      }
    }
  })
}
