/** What the server says about the document in the attributes of #document-editor. */
import { csrfToken } from './dom.ts'

export interface Page {
  element: HTMLElement
  documentId: string
  generation: string
  /** uuid of the person, empty when nobody is signed in */
  user: string
  socket: string
  events: string
  schemaVersion: number
  canWrite: boolean
  canComment: boolean
  keepOffline: boolean
  language: string
  title: string
  threadsUrl: string
  imageBase: string
  imageUploadUrl: string
  signInUrl: string
}

function schemaNumber (value: string | undefined, own: number): number {
  if (!value) return own
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'number' ? parsed : Number((parsed as { version?: number }).version ?? own)
  } catch {
    return own
  }
}

export function readPage (element: HTMLElement, ownSchema: number): Page {
  const data = element.dataset
  const documentId = data.document ?? ''
  const images = data.imageUrl ?? `/documents/${documentId}/images/`
  return {
    element,
    documentId,
    generation: data.generation ?? '',
    user: data.user ?? '',
    socket: data.socket ?? `/ws/v1/documents/${documentId}`,
    events: data.events ?? '/ws/v1/events',
    schemaVersion: schemaNumber(data.schema, ownSchema),
    canWrite: data.canWrite === 'true',
    canComment: data.canComment === 'true',
    keepOffline: data.keepOffline !== 'false',
    title: data.title ?? '',
    language: data.language || document.documentElement.lang || 'en',
    threadsUrl: data.threadsUrl ?? '',
    imageBase: images.endsWith('/') ? images : `${images}/`,
    imageUploadUrl: data.imageUploadUrl ?? images,
    signInUrl: data.signInUrl ?? ''
  }
}

/** fetch to our own server, with what Django and htmx views expect. */
export function request (url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('HX-Request', 'true')
  if (init.method && init.method !== 'GET') headers.set('X-CSRFToken', csrfToken())
  return fetch(url, { credentials: 'same-origin', ...init, headers })
}
