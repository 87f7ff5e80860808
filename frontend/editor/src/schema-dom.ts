/**
 * How each node and mark of the schema looks in the page and how it is read from pasted HTML.
 *
 * The server's HTML of a text is the same DOM (see README), so that the editor takes over without a jump.
 */
import type { DOMOutputSpec, Mark, Node, ParseRule, TagParseRule } from 'prosemirror-model'

export interface DomContext {
  imageBase: string
  isAllowedAddress: (href: string) => boolean
  isBlockId: (value: unknown) => boolean
}
interface Dom<T, Rule> {
  toDOM: (item: T, context: DomContext) => DOMOutputSpec
  parseDOM: (context: DomContext) => Rule[]
}

type Reader = (element: HTMLElement) => Record<string, unknown>

const blockAttributes = (node: Node): Record<string, string> =>
  node.attrs.id ? { 'data-block': node.attrs.id, id: `b-${node.attrs.id}` } : {}

/** Rule for an identified block: takes the block id over when it is well formed (duplicates are renewed later). */
function block (context: DomContext, tag: string, read: Reader = () => ({}), extra: Partial<TagParseRule> = {}): TagParseRule {
  return {
    tag,
    ...extra,
    getAttrs: element => {
      const id = element.getAttribute('data-block')
      return { id: context.isBlockId(id) ? id : null, ...read(element) }
    }
  }
}

const clamp = (value: string | null, low: number, high: number): number => {
  const number = Number.parseInt(value ?? '', 10)
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : low
}

function cellRead (element: HTMLElement): Record<string, unknown> {
  return {
    colspan: clamp(element.getAttribute('colspan'), 1, 100),
    rowspan: clamp(element.getAttribute('rowspan'), 1, 1000),
    colwidth: null
  }
}

function cellAttributes (node: Node): Record<string, string> {
  const attributes: Record<string, string> = {}
  if (node.attrs.colspan !== 1) attributes.colspan = String(node.attrs.colspan)
  if (node.attrs.rowspan !== 1) attributes.rowspan = String(node.attrs.rowspan)
  return attributes
}

/** id of an image of this document; images of elsewhere are not taken over by reference */
function imageId (element: HTMLElement, context: DomContext): string | null {
  const id = element.getAttribute('data-image') ?? ''
  const path = (element.getAttribute('src') ?? '').replace(/^https?:\/\/[^/]+/, '')
  return /^[0-9a-f-]{36}$/.test(id) && path.startsWith(context.imageBase) ? id : null
}

const readTight: Reader = element => ({ tight: element.getAttribute('data-tight') !== 'false' })

export const nodeDom: Record<string, Dom<Node, TagParseRule>> = {
  paragraph: {
    toDOM: node => ['p', blockAttributes(node), 0],
    parseDOM: context => [block(context, 'p')]
  },
  heading: {
    toDOM: node => [`h${clamp(String(node.attrs.level), 1, 6)}`, blockAttributes(node), 0],
    parseDOM: context => [1, 2, 3, 4, 5, 6].map(level => block(context, `h${level}`, () => ({ level })))
  },
  blockquote: {
    toDOM: () => ['blockquote', 0],
    parseDOM: () => [{ tag: 'blockquote' }]
  },
  code_block: {
    toDOM: node => ['pre', { ...blockAttributes(node), ...(node.attrs.params ? { 'data-params': node.attrs.params } : {}) }, ['code', 0]],
    parseDOM: context => [block(context, 'pre', element => ({ params: (element.getAttribute('data-params') ?? '').slice(0, 60) }),
      { preserveWhitespace: 'full' })]
  },
  horizontal_rule: {
    toDOM: node => ['hr', blockAttributes(node)],
    parseDOM: context => [block(context, 'hr')]
  },
  bullet_list: {
    toDOM: node => ['ul', { 'data-tight': String(node.attrs.tight) }, 0],
    parseDOM: () => [{ tag: 'ul', getAttrs: readTight }]
  },
  ordered_list: {
    toDOM: node => ['ol', { 'data-tight': String(node.attrs.tight), ...(node.attrs.order === 1 ? {} : { start: String(node.attrs.order) }) }, 0],
    parseDOM: () => [{
      tag: 'ol',
      getAttrs: element => ({ ...readTight(element), order: element.hasAttribute('start') ? clamp(element.getAttribute('start'), 0, 1000000) : 1 })
    }]
  },
  list_item: {
    toDOM: () => ['li', 0],
    parseDOM: () => [{ tag: 'li' }]
  },
  table: {
    toDOM: node => ['div', { class: 'table-scroll' }, ['table', blockAttributes(node), ['tbody', 0]]],
    parseDOM: context => [block(context, 'table')]
  },
  table_row: {
    toDOM: () => ['tr', 0],
    parseDOM: () => [{ tag: 'tr' }]
  },
  table_cell: {
    toDOM: node => ['td', cellAttributes(node), 0],
    parseDOM: () => [{ tag: 'td', getAttrs: cellRead }]
  },
  table_header: {
    toDOM: node => ['th', cellAttributes(node), 0],
    parseDOM: () => [{ tag: 'th', getAttrs: cellRead }]
  },
  image: {
    toDOM: (node, context) => ['img', {
      class: 'document-image',
      'data-image': node.attrs.image,
      src: `${context.imageBase}${node.attrs.image}/`,
      alt: node.attrs.alt,
      ...(node.attrs.title ? { title: node.attrs.title } : {})
    }],
    parseDOM: context => [{
      tag: 'img',
      getAttrs: element => {
        const image = imageId(element, context)
        if (!image) return false
        return {
          image,
          alt: (element.getAttribute('alt') ?? '').slice(0, 1000),
          title: (element.getAttribute('title') ?? '').slice(0, 300)
        }
      }
    }]
  },
  hard_break: {
    toDOM: () => ['br'],
    parseDOM: () => [{ tag: 'br' }]
  }
}

export const markDom: Record<string, Dom<Mark, ParseRule>> = {
  link: {
    toDOM: mark => ['a', {
      href: mark.attrs.href, rel: 'nofollow noopener ugc', ...(mark.attrs.title ? { title: mark.attrs.title } : {})
    }, 0],
    parseDOM: context => [{
      tag: 'a[href]',
      getAttrs: element => {
        const href = (element.getAttribute('href') ?? '').trim()
        return context.isAllowedAddress(href) ? { href, title: (element.getAttribute('title') ?? '').slice(0, 300) } : false
      }
    }]
  },
  strong: {
    toDOM: () => ['strong', 0],
    parseDOM: () => [
      { tag: 'strong' },
      // some word processors wrap whole texts in <b style="font-weight: normal">
      { tag: 'b', getAttrs: element => element.style.fontWeight !== 'normal' && null },
      { style: 'font-weight=400', clearMark: mark => mark.type.name === 'strong' },
      { style: 'font-weight', getAttrs: value => /^(bold(er)?|[6-9]\d{2})$/.test(value) && null }
    ]
  },
  em: {
    toDOM: () => ['em', 0],
    parseDOM: () => [{ tag: 'em' }, { tag: 'i', getAttrs: element => element.style.fontStyle !== 'normal' && null }, { style: 'font-style=italic' }]
  },
  strike: {
    toDOM: () => ['s', 0],
    parseDOM: () => [{ tag: 's' }, { tag: 'strike' }, { tag: 'del' }, { style: 'text-decoration=line-through' }]
  },
  code: {
    toDOM: () => ['code', 0],
    parseDOM: () => [{ tag: 'code' }]
  }
}
