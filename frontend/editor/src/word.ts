/**
 * Cleans HTML that was copied from a word processor: its lists are paragraphs in disguise, its styles are noise.
 *
 * Style attributes are renamed before the HTML is parsed: under our content security policy the browser would report each
 * of them and hide what it says. What matters in them (bold, italic, struck) becomes elements.
 */

const STYLE = 'data-pasted-style'

const renameStyles = (html: string): string =>
  html.replace(/<[a-z][^>]*>/gi, tag => tag.replace(/\sstyle\s*=/gi, ` ${STYLE}=`))

const styleOf = (element: Element): string => element.getAttribute(STYLE) ?? ''
const property = (style: string, name: string): string =>
  new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, 'i').exec(style)?.[1].trim().toLowerCase() ?? ''

function wrapWords (element: Element, tag: string): void {
  const wrapper = element.ownerDocument.createElement(tag)
  wrapper.append(...element.childNodes)
  element.append(wrapper)
}

/** Makes elements of the few styles that mean something, and removes elements that a style takes back. */
function applyStyles (root: Document): void {
  for (const element of [...root.querySelectorAll(`[${STYLE}]`)]) {
    const style = styleOf(element)
    const weight = property(style, 'font-weight')
    const slant = property(style, 'font-style')
    element.removeAttribute(STYLE)
    const takenBack = (/^(b|strong)$/.test(element.localName) && /^(normal|[1-5]\d{2})$/.test(weight)) ||
      (/^(i|em)$/.test(element.localName) && slant === 'normal')
    if (takenBack) {
      element.replaceWith(...element.childNodes)
      continue
    }
    if (!/^(span|font|p|a)$/.test(element.localName)) continue
    if (/^(bold(er)?|[6-9]\d{2})$/.test(weight)) wrapWords(element, 'strong')
    if (slant === 'italic' || slant === 'oblique') wrapWords(element, 'em')
    if (/line-through/.test(property(style, 'text-decoration(?:-line)?'))) wrapWords(element, 's')
  }
}

const levelOf = (element: Element): number => {
  const match = /mso-list:\s*l\d+\s+level(\d+)/i.exec(styleOf(element))
  return match ? Math.min(9, Number(match[1])) : 0
}

/** what stands before the words: "1.", "a)", "·" */
function takeMarker (element: Element): string {
  const ignored = [...element.querySelectorAll<HTMLElement>('span')].find(span => /mso-list:\s*Ignore/i.test(styleOf(span)))
  const marker = ignored?.textContent?.trim() ?? ''
  ignored?.remove()
  return marker
}

const isNumber = (marker: string): boolean => /^[(]?([0-9]+|[a-z]{1,3}|[ivxlc]+)[.)]/i.test(marker)

function toItem (paragraph: Element): HTMLLIElement {
  const item = paragraph.ownerDocument.createElement('li')
  const words = paragraph.ownerDocument.createElement('p')
  words.append(...paragraph.childNodes)
  item.append(words)
  return item
}

/** Neighbouring list paragraphs become nested lists. */
function buildLists (root: Document): void {
  const paragraphs = [...root.querySelectorAll('p, h1, h2, h3, h4, h5, h6')].filter(element => levelOf(element) > 0)
  const open: { list: Element, level: number }[] = []
  let previous: Element | null = null
  for (const paragraph of paragraphs) {
    const level = levelOf(paragraph)
    const kind = isNumber(takeMarker(paragraph)) ? 'ol' : 'ul'
    const continues = previous !== null && open.length > 0 && open[0].list === paragraph.previousElementSibling
    if (!continues) open.length = 0
    while (open.length && open[open.length - 1].level > level) open.pop()
    let top = open[open.length - 1]
    if (!top || top.level < level || (open.length === 1 && top.list.localName !== kind)) {
      const list = root.createElement(kind)
      if (top && top.level < level) (top.list.lastElementChild ?? top.list).append(list)
      else { open.length = 0; paragraph.before(list) }
      top = { list, level }
      open.push(top)
    }
    top.list.append(toItem(paragraph))
    paragraph.remove()
    previous = top.list
  }
}

/** HTML ready for the schema's parser. Scripts and styles are dropped by it in any case. */
export function cleanPastedHtml (html: string): string {
  if (!/<\w/.test(html)) return html
  const root = new DOMParser().parseFromString(renameStyles(html), 'text/html')
  root.querySelectorAll('style, script, meta, link, title, xml, head > *').forEach(element => element.remove())
  const walker = root.createTreeWalker(root, NodeFilter.SHOW_COMMENT)
  const comments: Node[] = []
  while (walker.nextNode()) comments.push(walker.currentNode)
  // ProseMirror's own clipboard mark is an attribute, so comments carry nothing we need
  comments.forEach(comment => comment.parentNode?.removeChild(comment))
  const fromWord = /class="?Mso|mso-|urn:schemas-microsoft-com/i.test(html)
  if (fromWord) {
    root.querySelectorAll('*').forEach(element => { if (element.localName.includes(':')) element.replaceWith(...element.childNodes) })
    buildLists(root)
    root.querySelectorAll('.MsoTitle').forEach(element => {
      const heading = root.createElement('h1')
      heading.append(...element.childNodes)
      element.replaceWith(heading)
    })
    root.querySelectorAll('a[name]:not([href])').forEach(element => element.replaceWith(...element.childNodes))
  }
  applyStyles(root)
  return root.body.innerHTML
}
