/** htmx under a strict content security policy: no eval, no inline styles, the CSRF token in a header. */
import htmx from 'htmx.org'
import { csrfToken, h, icon } from '../dom.ts'
import { text } from './strings.ts'

export function notice (message: string, kind: 'error' | 'info' = 'error'): void {
  document.getElementById('site-notice')?.remove()
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': text('close') }, icon('x-lg'))
  const box = h('div', { id: 'site-notice', class: `site-notice site-notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' }, h('span', {}, message), close)
  close.addEventListener('click', () => box.remove())
  document.body.append(box)
  if (kind === 'info') setTimeout(() => box.remove(), 5000)
}

export function setUpHtmx (): void {
  Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    historyCacheSize: 0,
    // without `style`: the policy forbids it as an attribute
    attributesToSettle: ['class', 'width', 'height'],
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      // answers that carry a form with its errors, or the reason of a refusal
      { code: '4(00|09|13|22|29)', swap: true, error: false },
      { code: '[45]..', swap: false, error: true }
    ]
  })
  ;(window as any).htmx = htmx
  document.addEventListener('htmx:configRequest', event => {
    const { headers, verb } = (event as CustomEvent<{ headers: Record<string, string>, verb: string }>).detail
    if (verb !== 'get') headers['X-CSRFToken'] = csrfToken()
  })
  document.addEventListener('htmx:responseError', event => {
    const { status } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr
    if (status === 401) location.reload()
    else notice(text(status === 403 ? 'error_forbidden' : 'error_server'))
  })
  document.addEventListener('htmx:sendError', () => notice(text('error_network')))
}
