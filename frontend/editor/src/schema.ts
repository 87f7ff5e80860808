/**
 * ProseMirror schema built from documents/schema.json, which Python reads too.
 *
 * The JSON says what exists; `schema-dom.ts` says how each node and mark looks. A name in one that is missing in the
 * other is an error when the bundle starts (and in the contract test), because y-prosemirror deletes from the shared
 * text whatever the schema does not know.
 */
import { Schema, type AttributeSpec, type MarkSpec, type NodeSpec } from 'prosemirror-model'
import schemaJson from '../../../documents/schema.json'
import { markDom, nodeDom, type DomContext } from './schema-dom.ts'

interface AttributeJson { type: string, default?: unknown }
interface NodeJson {
  content?: string
  group?: string
  marks?: string
  inline?: boolean
  atom?: boolean
  code?: boolean
  defining?: boolean
  isolating?: boolean
  identified?: boolean
  table_role?: string
  attrs?: Record<string, AttributeJson>
}
interface MarkJson { inclusive?: boolean, excludes?: string, attrs?: Record<string, AttributeJson> }
export interface SchemaJson {
  version: number
  root: string
  nodes: Record<string, NodeJson>
  marks: Record<string, MarkJson>
  url_schemes: string[]
  block_id: { attr: string, pattern: string }
}

export const declaration = schemaJson as unknown as SchemaJson
export const schemaVersion = declaration.version
/** name of the Y.XmlFragment */
export const rootName = declaration.root
export const blockIdAttribute = declaration.block_id.attr
const blockIdPattern = new RegExp(declaration.block_id.pattern)

export const isBlockId = (value: unknown): value is string => typeof value === 'string' && blockIdPattern.test(value)

/** True for addresses that a link may have; relative ones are refused because exports have no base. */
export function isAllowedAddress (href: string): boolean {
  const match = /^\s*([a-z][a-z0-9+.-]*):/i.exec(href)
  return match !== null && declaration.url_schemes.includes(match[1].toLowerCase()) && href.length <= 2000
}

export const isIdentified = (typeName: string): boolean => declaration.nodes[typeName]?.identified === true

function attributes (json: Record<string, AttributeJson> | undefined, identified: boolean): Record<string, AttributeSpec> {
  const specs: Record<string, AttributeSpec> = {}
  // no `validate`: y-prosemirror would delete a node whose attribute does not please; the server's gate refuses those
  for (const [name, attribute] of Object.entries(json ?? {})) {
    specs[name] = 'default' in attribute ? { default: attribute.default } : {}
  }
  if (identified) specs[blockIdAttribute] = { default: null }
  return specs
}

function nodeSpec (name: string, json: NodeJson, context: DomContext): NodeSpec {
  const spec: NodeSpec = { attrs: attributes(json.attrs, json.identified === true) }
  for (const key of ['content', 'group', 'marks', 'inline', 'atom', 'code', 'defining', 'isolating'] as const) {
    if (json[key] !== undefined) (spec as any)[key] = json[key]
  }
  if (json.table_role) spec.tableRole = json.table_role
  if (json.code) spec.whitespace = 'pre'
  if (name === 'hard_break') spec.selectable = false
  if (name === 'image') spec.draggable = true
  if (name === 'doc' || name === 'text') return spec
  const dom = nodeDom[name]
  if (!dom) throw new Error(`documents/schema.json has the node "${name}", the bundle does not know how it looks`)
  spec.toDOM = node => dom.toDOM(node, context)
  spec.parseDOM = dom.parseDOM(context)
  return spec
}

function markSpec (name: string, json: MarkJson, context: DomContext): MarkSpec {
  const dom = markDom[name]
  if (!dom) throw new Error(`documents/schema.json has the mark "${name}", the bundle does not know how it looks`)
  const spec: MarkSpec = {
    attrs: attributes(json.attrs, false),
    toDOM: mark => dom.toDOM(mark, context),
    parseDOM: dom.parseDOM(context)
  }
  if (json.inclusive !== undefined) spec.inclusive = json.inclusive
  if (json.excludes !== undefined) spec.excludes = json.excludes
  return spec
}

/** Builds the schema; `imageBase` is the address below which this document's images are served, with a final slash. */
export function buildSchema (imageBase = '/'): Schema {
  const context: DomContext = { imageBase, isAllowedAddress, isBlockId }
  const nodes: Record<string, NodeSpec> = {}
  const marks: Record<string, MarkSpec> = {}
  for (const [name, json] of Object.entries(declaration.nodes)) nodes[name] = nodeSpec(name, json, context)
  for (const [name, json] of Object.entries(declaration.marks)) marks[name] = markSpec(name, json, context)
  return new Schema({ nodes, marks })
}
