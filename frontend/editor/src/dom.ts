/** Small helpers to make and find elements without HTML strings (the content security policy stays strict). */

type Child = Node | string | null | undefined | false
type Listener = (event: any) => void
export type Attributes = Record<string, string | number | boolean | null | undefined | Listener>

/** Makes an element; `on…` functions become listeners, `true` an empty attribute, null and false none. */
export function h<K extends keyof HTMLElementTagNameMap> (
  tag: K, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ''))
  return element
}

const SVG = 'http://www.w3.org/2000/svg'

/** An icon of the sprite; decorative, so the button around it needs a name of its own. */
export function icon (name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('focusable', 'false')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `${document.body.dataset.icons ?? '/static/build/icons.svg'}#${name}`)
  svg.append(use)
  return svg
}

export function csrfToken (): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')
  if (meta?.content) return meta.content
  const input = document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')
  if (input?.value) return input.value
  return document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? ''
}

/** `ws:`/`wss:` address of a path on this host. */
export function socketAddress (path: string): string {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:'
  return url.href
}

/** Runs `work` once, `delay` milliseconds after the last call. */
export function debounce (work: () => void, delay: number): (() => void) & { cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const run = () => { clearTimeout(timer); timer = setTimeout(work, delay) }
  return Object.assign(run, { cancel: () => clearTimeout(timer) })
}

export const reducedMotion = (): boolean =>
  typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches

export const isPhone = (): boolean => matchMedia('(max-width: 61.99rem)').matches

/** First element of the HTML text that the selector finds; the text comes from our own server. */
export function parseElement<T extends Element> (html: string, selector: string): T | null {
  return new DOMParser().parseFromString(html, 'text/html').querySelector<T>(selector)
}

/** Polite message for screen readers; the region is made once and lives outside of everything that is swapped. */
export function announce (message: string): void {
  let region = document.getElementById('koprade-announcer')
  if (!region) {
    region = h('div', { id: 'koprade-announcer', class: 'visually-hidden', 'aria-live': 'polite', role: 'status' })
    document.body.append(region)
  }
  region.textContent = ''
  // a region that changes twice at once is read once: let the emptying pass first
  setTimeout(() => { region!.textContent = message }, 50)
}

export interface Store {
  get: (key: string) => string | null
  set: (key: string, value: string) => boolean
  remove: (key: string) => void
  keys: () => string[]
}

/** Web storage that never throws (private windows, full disk). */
const careful = (storage: () => Storage): Store => ({
  get (key) { try { return storage().getItem(key) } catch { return null } },
  set (key, value) { try { storage().setItem(key, value); return true } catch { return false } },
  remove (key) { try { storage().removeItem(key) } catch { /* nothing to remove then */ } },
  keys () { try { return Object.keys(storage()) } catch { return [] } }
})

export const store = careful(() => localStorage)
/** the same, for as long as the tab is open */
export const tabStore = careful(() => sessionStorage)
