import './helpers/dom.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOMParser as SchemaParser, DOMSerializer, Node } from 'prosemirror-model'
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror'
import * as Y from 'yjs'
import { buildSchema, declaration, isAllowedAddress, isBlockId } from '../src/schema.ts'

const schema = buildSchema('/documents/d/images/')
const uuid = '0b9d3f0e-2f0a-4a57-9d3c-111111111111'
const p = (id: string, ...content: object[]): object => ({ type: 'paragraph', attrs: { id }, content })
const text = (words: string, ...marks: object[]): object => ({ type: 'text', text: words, ...(marks.length ? { marks } : {}) })

const sample = {
  type: 'doc',
  content: [
    { type: 'heading', attrs: { level: 2, id: 'block-h001' }, content: [text('Sabiedriskā apspriešana 🇱🇻')] },
    p('block-p001', text('Plain '), text('bold', { type: 'strong' }), text(' both', { type: 'strong' }, { type: 'em' }),
      text(' gone', { type: 'strike' }), text(' x=1', { type: 'code' }), { type: 'hard_break' },
      text('link', { type: 'link', attrs: { href: 'https://example.org/a?b=1', title: 'Title' } }),
      { type: 'image', attrs: { image: uuid, alt: 'A map', title: '' } }),
    { type: 'blockquote', content: [p('block-p002', text('Quoted'))] },
    { type: 'code_block', attrs: { params: 'python', id: 'block-c001' }, content: [text('a = 1\n  b')] },
    { type: 'horizontal_rule', attrs: { id: 'block-r001' } },
    { type: 'ordered_list', attrs: { order: 3, tight: false }, content: [{ type: 'list_item', content: [p('block-p003', text('three')),
      { type: 'bullet_list', attrs: { tight: true }, content: [{ type: 'list_item', content: [p('block-p004', text('inner'))] }] }] }] },
    { type: 'table', attrs: { id: 'block-t001' }, content: [{ type: 'table_row', content: [
      { type: 'table_header', attrs: { colspan: 2, rowspan: 1, colwidth: null }, content: [p('block-p005', text('Head'))] },
      { type: 'table_cell', attrs: { colspan: 1, rowspan: 1, colwidth: null }, content: [p('block-p006')] }] }] }
  ]
}
const fix = (json: any): any => ({ ...json, content: json.content })

test('every node and mark of schema.json can be shown and read back', () => {
  for (const [name, type] of Object.entries(schema.nodes)) {
    if (name === 'doc' || name === 'text') continue
    assert.equal(typeof type.spec.toDOM, 'function', name)
    assert.ok(type.spec.parseDOM?.length, name)
  }
  for (const [name, type] of Object.entries(schema.marks)) {
    assert.equal(typeof type.spec.toDOM, 'function', name)
    assert.ok(type.spec.parseDOM?.length, name)
  }
  assert.deepEqual(Object.keys(schema.nodes).sort(), Object.keys(declaration.nodes).sort())
  assert.deepEqual(Object.keys(schema.marks).sort(), Object.keys(declaration.marks).sort())
})

test('only nodes that schema.json identifies carry a block id', () => {
  for (const [name, type] of Object.entries(schema.nodes)) {
    assert.equal('id' in (type.spec.attrs ?? {}), declaration.nodes[name].identified === true, name)
  }
})

test('JSON → DOM → JSON keeps everything', () => {
  const node = Node.fromJSON(schema, fix(sample))
  node.check()
  const holder = document.createElement('div')
  holder.append(DOMSerializer.fromSchema(schema).serializeFragment(node.content))
  const back = SchemaParser.fromSchema(schema).parse(holder)
  // the parameter of code blocks survives too
  assert.deepEqual(back.toJSON(), node.toJSON())
  assert.ok(holder.querySelector('p#b-block-p001[data-block="block-p001"]'))
  assert.equal(holder.querySelector('img')?.getAttribute('src'), `/documents/d/images/${uuid}/`)
})

test('JSON → Yjs → JSON keeps everything and stores plain mark names', () => {
  const node = Node.fromJSON(schema, fix(sample))
  const doc = new Y.Doc()
  const fragment = doc.getXmlFragment('prosemirror')
  prosemirrorToYXmlFragment(node, fragment)
  assert.deepEqual(yXmlFragmentToProseMirrorRootNode(fragment, schema).toJSON(), node.toJSON())
  const marks = new Set<string>()
  const visit = (item: Y.XmlElement | Y.XmlFragment): void => item.toArray().forEach(child => {
    if (child instanceof Y.XmlText) child.toDelta().forEach((op: any) => Object.keys(op.attributes ?? {}).forEach(name => marks.add(name)))
    else if (child instanceof Y.XmlElement) visit(child)
  })
  visit(fragment)
  assert.deepEqual([...marks].filter(name => !(name in declaration.marks)), [])
})

test('pasted images of elsewhere and dangerous links are left out', () => {
  const holder = document.createElement('div')
  holder.innerHTML = `<p>a<img src="https://evil.example/x.png" data-image="${uuid}"><a href="javascript:alert(1)">b</a><a href="//x.example">c</a></p>
    <p><img src="/documents/d/images/${uuid}/" data-image="${uuid}" alt="ours"></p><script>alert(1)</script>`
  const json = JSON.stringify(SchemaParser.fromSchema(schema).parse(holder).toJSON())
  assert.equal(json.includes('evil'), false)
  assert.equal(json.includes('javascript'), false)
  assert.equal(json.includes('x.example'), false)
  assert.equal(json.match(/"image":/g)?.length, 1)
})

test('absurd spans and levels are brought into bounds', () => {
  const holder = document.createElement('div')
  holder.innerHTML = '<table><tr><td colspan="100000" rowspan="-3">x</td></tr></table><ol start="99999999999"><li>x</li></ol>'
  const json: any = SchemaParser.fromSchema(schema).parse(holder).toJSON()
  assert.equal(json.content[0].content[0].content[0].attrs.colspan, 100)
  assert.equal(json.content[0].content[0].content[0].attrs.rowspan, 1)
  assert.equal(json.content[1].attrs.order, 1000000)
})

test('addresses and block ids', () => {
  for (const good of ['https://a.example', 'HTTP://A.example', 'mailto:a@b.example', 'tel:+371123']) assert.equal(isAllowedAddress(good), true, good)
  for (const bad of ['javascript:1', 'data:text/html,x', '/relative', 'ftp://x', '', ' javascript:1']) assert.equal(isAllowedAddress(bad), false, bad)
  assert.equal(isBlockId('abcDEF_-9'), true)
  assert.equal(isBlockId('short'), false)
  assert.equal(isBlockId('<script>'), false)
})
