/** A browser-like world for the tests. Import it before anything that touches the document. */
import { JSDOM } from 'jsdom'

const dom = new JSDOM('<!doctype html><html lang="en"><body></body></html>', { pretendToBeVisual: true, url: 'http://localhost/documents/x/' })
const { window } = dom

const names = [
  'window', 'document', 'Node', 'Element', 'HTMLElement', 'HTMLInputElement', 'HTMLTextAreaElement', 'HTMLSelectElement', 'HTMLFormElement',
  'HTMLDialogElement', 'Event', 'CustomEvent', 'KeyboardEvent', 'MutationObserver', 'DOMParser', 'NodeFilter', 'Range', 'Text', 'localStorage',
  'sessionStorage', 'location', 'getComputedStyle', 'requestAnimationFrame', 'cancelAnimationFrame', 'innerHeight'
]
for (const name of names) {
  Object.defineProperty(globalThis, name, { value: name === 'window' ? window : (window as any)[name], configurable: true, writable: true })
}
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true })
Object.defineProperty(globalThis, 'CSS', { value: { escape: (text: string) => text.replace(/["\\]/g, '\\$&') }, configurable: true })
Object.defineProperty(globalThis, 'matchMedia', { value: () => ({ matches: false, addEventListener () {} }), configurable: true })
// jsdom lays nothing out: everything is at the origin
window.Range.prototype.getClientRects = () => [] as any
window.Range.prototype.getBoundingClientRect = () => ({ left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0 }) as any
window.HTMLElement.prototype.scrollIntoView = () => {}
;(window.document as any).getSelection = () => null
;(window as any).getSelection = () => null

export const settle = (ms = 20): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
