import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrapIn } from 'prosemirror-commands'
import { DOMParser as SchemaParser, DOMSerializer, Node } from 'prosemirror-model'
import { wrapInList } from 'prosemirror-schema-list'
import { EditorState, TextSelection } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { prosemirrorToYXmlFragment, ySyncPlugin } from 'y-prosemirror'
import * as Y from 'yjs'
import { blockIdsPlugin } from '../src/block-ids.ts'
import { inputRulesPlugin } from '../src/input-rules.ts'
import { keymapPlugin } from '../src/keymap.ts'
import { buildSchema } from '../src/schema.ts'

const schema = buildSchema('/i/')
const nothing = (): void => {}
let number = 0
const p = (words = ''): object => ({
  type: 'paragraph', attrs: { id: `para-${String(++number).padStart(4, '0')}` }, content: words ? [{ type: 'text', text: words }] : []
})
const item = (...content: object[]): object => ({ type: 'list_item', content })
const list = (...content: object[]): object => ({ type: 'bullet_list', content })
const made = (...content: object[]): Node => Node.fromJSON(schema, { type: 'doc', content })

/** One line per text: lists as [ ], items as ( ). */
function shape (node: Node): string {
  if (node.isTextblock) return node.textContent || '_'
  const inner = node.children.map(shape).join(' ')
  if (node.type.name === 'list_item') return `(${inner})`
  return node.type.name === 'bullet_list' || node.type.name === 'ordered_list' ? `[${inner}]` : node.type.name === 'doc' ? inner : `<${inner}>`
}

function editor (doc: Y.Doc | null, content?: Node): EditorView {
  const place = document.createElement('div')
  document.body.append(place)
  const plugins = [blockIdsPlugin(), inputRulesPlugin(schema),
    keymapPlugin(schema, { reassureSaved: nothing, editLink: nothing, comment: nothing, focusToolbar: nothing })]
  if (doc) plugins.unshift(ySyncPlugin(doc.getXmlFragment('prosemirror')))
  return new EditorView(place, { state: EditorState.create({ schema, doc: content, plugins }) })
}

/** Puts the cursor before (or behind) the words. */
function goTo (view: EditorView, words: string, behind = false): void {
  let at = -1
  view.state.doc.descendants((node, pos) => {
    if (node.isTextblock && node.textContent === words) at = pos + 1 + (behind ? node.content.size : 0)
  })
  assert.ok(at > 0, words)
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)))
}

function press (view: EditorView, key: string, shiftKey = false): boolean {
  const event = new KeyboardEvent('keydown', { key, shiftKey })
  return view.someProp('handleKeyDown', handle => handle(view, event)) === true
}

function type (view: EditorView, text: string): void {
  const { from, to } = view.state.selection
  const insert = (): any => view.state.tr.insertText(text, from, to)
  if (!view.someProp('handleTextInput', handle => handle(view, from, to, text, insert))) view.dispatch(insert())
}

test('who joins an item\'s first paragraph to what is before and who nests a list in that item keep each other\'s words', async () => {
  for (const nest of [wrapInList(schema.nodes.bullet_list), wrapIn(schema.nodes.blockquote)]) {
    const docs = [new Y.Doc(), new Y.Doc()]
    prosemirrorToYXmlFragment(made(p('Before'), list(item(p('first'), p('second')), item(p('other')))), docs[0].getXmlFragment('prosemirror'))
    Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0]))
    const [one, two] = docs.map(doc => editor(doc))
    await settle()
    // both without a net
    goTo(one, 'first')
    assert.ok(press(one, 'Backspace'))
    assert.equal(shape(one.state.doc), 'Before first [(second) (other)]')
    goTo(two, 'second')
    assert.ok(nest(two.state, two.dispatch))
    goTo(two, 'second', true)
    type(two, ' thoughts')
    await settle()
    const updates = docs.map(doc => Y.encodeStateAsUpdate(doc))
    Y.applyUpdate(docs[0], updates[1])
    Y.applyUpdate(docs[1], updates[0])
    await settle()
    // what opening repairs goes on to the others
    const late = new Y.Doc()
    Y.applyUpdate(late, Y.encodeStateAsUpdate(docs[0]))
    const third = editor(late)
    await settle()
    for (const view of [one, two, third]) {
      const words = view.state.doc.textBetween(0, view.state.doc.content.size, '|')
      for (const word of ['Before', 'first', 'second thoughts', 'other']) assert.ok(words.includes(word), `${word}: ${words}`)
      assert.deepEqual(view.state.doc.toJSON(), one.state.doc.toJSON())
      view.state.doc.check()
    }
    const begins = one.state.doc.child(2).firstChild!.firstChild!.type.name
    assert.notEqual(begins, 'paragraph', 'the item really begins with something else')
    for (const view of [one, two, third]) view.destroy()
  }
})

test('an item that begins with a list, a heading, a quote or code is shown and read back', () => {
  const text = [{ type: 'text', text: 'words' }]
  const doc = made(list(item(list(item(p('inner')))), item({ type: 'heading', attrs: { level: 2, id: 'head-0001' }, content: text }),
    item({ type: 'blockquote', content: [p('said')] }), item({ type: 'code_block', attrs: { id: 'code-0001' }, content: text })))
  doc.check()
  const holder = document.createElement('div')
  holder.append(DOMSerializer.fromSchema(schema).serializeFragment(doc.content))
  assert.deepEqual(SchemaParser.fromSchema(schema).parse(holder).toJSON(), doc.toJSON())
  const bare = document.createElement('div')
  bare.innerHTML = '<ul><li>words</li><li></li><li><ul><li>inner</li></ul></li></ul>'
  assert.equal(shape(SchemaParser.fromSchema(schema).parse(bare)), '[(words) (_) ([(inner)])]')
})

/** What stands there, where the cursor goes, what is pressed, what comes of it. */
const keys: Array<[string, () => object[], string, boolean, string, string]> = [
  ['Backspace before an item with a list takes the whole item out', () => [p('a'), list(item(p('b'), list(item(p('c')))))], 'b', false, 'Backspace', 'a b [(c)]'],
  ['Backspace before a nested item with a list lifts it whole', () => [list(item(p('a'), list(item(p('b'), list(item(p('c')))))))], 'b', false, 'Backspace',
    '[(a) (b [(c)])]'],
  ['Backspace before a plain item takes its words out', () => [p('a'), list(item(p('b')), item(p('c')))], 'b', false, 'Backspace', 'a b [(c)]'],
  ['Backspace before a second item joins it to the first', () => [list(item(p('a')), item(p('b'), list(item(p('c')))))], 'b', false, 'Backspace', '[(a b [(c)])]'],
  ['Backspace in an item that begins with a list', () => [p('a'), list(item(list(item(p('b')))))], 'b', false, 'Backspace', 'a [(b)]'],
  ['Delete before a nested item with a list of its own leaves it whole', () => [list(item(p('a'), list(item(p('b'), list(item(p('c')))))))], 'a', true, 'Delete',
    '[(a [(b [(c)])])]'],
  ['Delete before a plain nested item', () => [list(item(p('a'), list(item(p('b')))))], 'a', true, 'Delete', '[(a b)]'],
  ['Enter splits an item within one that begins with a list', () => [list(item(list(item(p('b')))))], 'b', true, 'Enter', '[([(b) (_)])]'],
  ['Tab nests below an item that begins with a list', () => [list(item(list(item(p('a')))), item(p('b')))], 'b', false, 'Tab', '[([(a) (b)])]'],
  ['Tab nests an item that begins with a list', () => [list(item(p('a')), item(list(item(p('b'))), p('c')))], 'c', false, 'Tab', '[(a [([(b)] c)])]'],
  ['Shift+Tab lifts out of an item that begins with a list', () => [list(item(list(item(p('a')), item(p('b')))))], 'a', false, 'Shift-Tab', '[(a [(b)])]'],
  ['Shift+Tab leaves what stands behind', () => [list(item(list(item(p('a'))), p('b')))], 'a', false, 'Shift-Tab', '[(a) (b)]'],
  ['Shift+Tab takes the last level out', () => [list(item(p('a'), list(item(p('b')))))], 'a', false, 'Shift-Tab', 'a [(b)]']
]
for (const [name, content, words, behind, key, expected] of keys) {
  test(name, () => {
    const view = editor(null, made(...content()))
    goTo(view, words, behind)
    press(view, key.replace('Shift-', ''), key.startsWith('Shift-'))
    view.state.doc.check()
    assert.equal(shape(view.state.doc), expected)
    view.destroy()
  })
}

test('Enter in the empty last item of an item that begins with a list goes on one level out', () => {
  const view = editor(null, made(list(item(list(item(p('a')), item(p('')))))))
  let at = 0
  view.state.doc.descendants((node, pos) => { if (node.isTextblock && !node.content.size) at = pos + 1 })
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)))
  press(view, 'Enter')
  view.state.doc.check()
  assert.equal(shape(view.state.doc), '[([(a)]) (_)]')
  view.destroy()
})

test('the short mark of a list makes none where an item\'s own words begin', () => {
  for (const mark of ['-', '1.']) {
    const view = editor(null, made(list(item(p('a'), p('b')))))
    goTo(view, 'a')
    for (const sign of `${mark} `) type(view, sign)
    assert.equal(shape(view.state.doc), `[(${mark} a b)]`)
    goTo(view, 'b')
    for (const sign of `${mark} `) type(view, sign)
    assert.equal(shape(view.state.doc), `[(${mark} a [(b)])]`)
    view.destroy()
  }
})
