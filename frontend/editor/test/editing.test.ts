import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitBlock } from 'prosemirror-commands'
import { Node, Slice } from 'prosemirror-model'
import { EditorState, TextSelection } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { prosemirrorToYXmlFragment, ySyncPlugin } from 'y-prosemirror'
import * as Y from 'yjs'
import { anchorOfBlock, anchorOfRange, findQuote, resolveAnchor, type Anchor } from '../src/anchors.ts'
import { blockIdsPlugin, newBlockId } from '../src/block-ids.ts'
import { blocksOf, inlineText } from '../src/blocks.ts'
import { insertTable, setHeading, toggleList } from '../src/commands.ts'
import { highlightsPlugin, rangesOf, updateHighlights } from '../src/highlights.ts'
import { inputRulesPlugin } from '../src/input-rules.ts'
import { completeAddress } from '../src/link.ts'
import { buildSchema, isBlockId } from '../src/schema.ts'
import { slashQuery } from '../src/slash-menu.ts'

const schema = buildSchema('/i/')
const paragraphs = (...texts: string[]): Node => Node.fromJSON(schema, {
  type: 'doc',
  content: texts.map((text, index) => ({ type: 'paragraph', attrs: { id: `para-000${index}` }, content: text ? [{ type: 'text', text }] : [] }))
})

interface Peer { doc: Y.Doc, view: EditorView }

/** Two editors on one text; `live` carries updates between them. */
async function pair (content: Node): Promise<[Peer, Peer]> {
  const docs = [new Y.Doc(), new Y.Doc()]
  prosemirrorToYXmlFragment(content, docs[0].getXmlFragment('prosemirror'))
  Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0]), 'net')
  docs[0].on('update', (update, origin) => { if (origin !== 'net') Y.applyUpdate(docs[1], update, 'net') })
  docs[1].on('update', (update, origin) => { if (origin !== 'net') Y.applyUpdate(docs[0], update, 'net') })
  const peers = docs.map(doc => {
    const place = document.createElement('div')
    document.body.append(place)
    const view = new EditorView(place, {
      state: EditorState.create({
        schema, plugins: [ySyncPlugin(doc.getXmlFragment('prosemirror')), blockIdsPlugin(), highlightsPlugin('g1', () => {}), inputRulesPlugin(schema)]
      })
    })
    return { doc, view }
  })
  await settle()
  return peers as [Peer, Peer]
}

const ids = (view: EditorView): string[] => blocksOf(view.state.doc).map(block => block.id)
const put = (view: EditorView, at: number, text: string): void => { view.dispatch(view.state.tr.insertText(text, at)) }
const wordsAt = (view: EditorView, anchor: Anchor): string | null => {
  const range = resolveAnchor(view.state, anchor, 'g1')
  return range && view.state.doc.textBetween(range.from, range.to, '|')
}
const rangeOf = (view: EditorView, words: string): { from: number, to: number } => {
  let from = -1
  view.state.doc.descendants((node, pos) => {
    if (node.isText && from < 0 && node.text!.includes(words)) from = pos + node.text!.indexOf(words)
  })
  return { from, to: from + words.length }
}

test('a new block id is well formed', () => {
  const made = new Set(Array.from({ length: 500 }, newBlockId))
  assert.equal(made.size, 500)
  for (const id of made) assert.ok(isBlockId(id))
})

test('splitting a paragraph leaves the id with the first half and gives the second a new one', async () => {
  const [{ view }, other] = await pair(paragraphs('First words', 'Second'))
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 6)))
  splitBlock(view.state, view.dispatch)
  await settle()
  assert.equal(ids(view)[0], 'para-0000')
  assert.equal(new Set(ids(view)).size, 3)
  assert.deepEqual(ids(other.view), ids(view))
})

test('Enter at the start leaves the id with the words', async () => {
  const [{ view }] = await pair(paragraphs('Words'))
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1)))
  splitBlock(view.state, view.dispatch)
  const blocks = blocksOf(view.state.doc)
  assert.equal(inlineText(blocks[1].node), 'Words')
  assert.equal(blocks[1].id, 'para-0000')
})

test('a pasted copy gets new ids, also when it lands before the original', async () => {
  const [{ view }] = await pair(paragraphs('One', 'Two'))
  const copy = new Slice(view.state.doc.slice(5, 10).content, 0, 0)
  view.dispatch(view.state.tr.replace(0, 0, copy))
  const blocks = blocksOf(view.state.doc)
  assert.deepEqual(blocks.map(block => inlineText(block.node)), ['Two', 'One', 'Two'])
  assert.equal(blocks[2].id, 'para-0001')
  assert.equal(new Set(blocks.map(block => block.id)).size, 3)
})

test('what others did is not repaired here', async () => {
  const [a, b] = await pair(paragraphs('One'))
  const before = Y.encodeStateVector(b.doc)
  const extra = new Y.XmlElement('paragraph')
  extra.setAttribute('id', 'para-0000')
  a.doc.getXmlFragment('prosemirror').push([extra])
  await settle()
  assert.equal(Y.decodeStateVector(Y.encodeStateVector(b.doc)).get(b.doc.clientID), Y.decodeStateVector(before).get(b.doc.clientID))
})

test('an anchor follows its words while both write, in Latvian, Ukrainian and with emoji', async () => {
  const [a, b] = await pair(paragraphs('Ievads 🇱🇻', 'Mēs rakstām спільно 🙂 visu dienu'))
  const range = rangeOf(a.view, 'спільно 🙂')
  const anchor = anchorOfRange(a.view.state, range, 'g1')!
  assert.equal(anchor.quote, 'спільно 🙂')
  assert.equal(anchor.block_id, 'para-0001')
  assert.equal(anchor.start, 'Mēs rakstām '.length)
  assert.equal(anchor.prefix, 'Mēs rakstām ')
  assert.equal(anchor.suffix, ' visu dienu')
  put(b.view, 1, 'Jauns ')
  put(b.view, rangeOf(b.view, 'rakstām').from, 'tagad ')
  put(b.view, rangeOf(b.view, ' visu').from, ' X')
  await settle()
  assert.equal(wordsAt(a.view, anchor), 'спільно 🙂')
  assert.equal(wordsAt(b.view, anchor), 'спільно 🙂')
  put(b.view, rangeOf(b.view, 'спільно').from + 3, 'ЯЯ')
  await settle()
  assert.equal(wordsAt(a.view, anchor), 'спіЯЯльно 🙂')
})

test('words typed at the edges of a passage do not become part of it', async () => {
  const [{ view }] = await pair(paragraphs('one two'))
  const anchor = anchorOfRange(view.state, rangeOf(view, 'two'), 'g1')!
  put(view, rangeOf(view, 'two').to, ' three')
  put(view, rangeOf(view, 'two').from, 'x')
  await settle()
  assert.equal(wordsAt(view, anchor), 'two')
})

test('without relative positions the quote in its block is found, the right one of several', async () => {
  const [{ view }] = await pair(paragraphs('the bus and the bus again', 'other'))
  const second = { from: 13, to: 20 }
  const anchor = { ...anchorOfRange(view.state, second, 'g1')!, relative_start: '', relative_end: '' }
  assert.equal(anchor.quote, 'the bus')
  put(view, 1, 'Now ')
  assert.deepEqual(resolveAnchor(view.state, anchor, 'g1'), { from: 17, to: 24 })
})

test('words that moved to another block are found there; words that are gone orphan the thread', async () => {
  const [{ view }] = await pair(paragraphs('to be deleted', 'where evening buses stop'))
  const anchor = { ...anchorOfRange(view.state, rangeOf(view, 'evening buses'), 'g1')!, relative_start: '', relative_end: '', block_id: 'gone-0000' }
  assert.equal(wordsAt(view, anchor), 'evening buses')
  const lost = anchorOfRange(view.state, rangeOf(view, 'to be deleted'), 'g1')!
  view.dispatch(view.state.tr.delete(0, view.state.doc.firstChild!.nodeSize))
  await settle()
  assert.equal(resolveAnchor(view.state, lost, 'g1'), null)
})

test('positions of another generation are not trusted', async () => {
  const [{ view }] = await pair(paragraphs('alpha beta', 'alpha gamma'))
  const anchor = { ...anchorOfRange(view.state, rangeOf(view, 'beta'), 'g1')!, generation: 'g0', quote: 'gamma', block_id: 'para-0001' }
  assert.equal(wordsAt(view, anchor), 'gamma')
})

test('a selection over several paragraphs is anchored in the first, a paragraph as a whole too', async () => {
  const [{ view }] = await pair(paragraphs('First one', 'Second one'))
  assert.equal(anchorOfRange(view.state, { from: 7, to: 15 }, 'g1')!.quote, 'one')
  assert.equal(anchorOfBlock(view.state, 14, 'g1')!.quote, 'Second one')
})

test('highlights stay on their words on both sides and come back after an undo of the deletion', async () => {
  const [a, b] = await pair(paragraphs('Some words to mark here'))
  const anchor = anchorOfRange(a.view.state, rangeOf(a.view, 'words to mark'), 'g1')!
  const thread = { id: 't1', number: '1', status: 'open', outcome: '', anchor }
  for (const peer of [a, b]) updateHighlights(peer.view, { threads: [thread] })
  put(b.view, 1, 'Well, ')
  await settle(450)
  for (const peer of [a, b]) {
    const range = rangesOf(peer.view.state).get('t1')!
    assert.equal(peer.view.state.doc.textBetween(range.from, range.to), 'words to mark')
    assert.equal(peer.view.dom.querySelector('mark[data-thread="t1"]')?.textContent, 'words to mark')
  }
  const range = rangeOf(b.view, 'words to mark')
  b.view.dispatch(b.view.state.tr.delete(range.from, range.to))
  await settle(450)
  assert.equal(rangesOf(a.view.state).get('t1'), null)
  put(b.view, range.from, 'words to mark')
  await settle(900)
  assert.ok(rangesOf(a.view.state).get('t1'), 'found again by its quote')
})

test('a quote is found by what stands around it', () => {
  const at = findQuote('aa bb aa cc', { quote: 'aa', prefix: 'bb ', suffix: ' cc', start: 0 })
  assert.equal(at, 6)
  assert.equal(findQuote('xyz', { quote: 'aa', prefix: '', suffix: '', start: 0 }), null)
})

test('lists go in, change their kind and go out', async () => {
  const [{ view }] = await pair(paragraphs('item'))
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 2)))
  const toggle = (name: string): boolean => toggleList(schema.nodes[name])(view.state, view.dispatch)
  toggle('bullet_list')
  assert.equal(view.state.doc.firstChild!.type.name, 'bullet_list')
  toggle('ordered_list')
  assert.equal(view.state.doc.firstChild!.type.name, 'ordered_list')
  toggle('ordered_list')
  assert.equal(view.state.doc.firstChild!.type.name, 'paragraph')
  setHeading(schema, 2)(view.state, view.dispatch)
  assert.equal(view.state.doc.firstChild!.attrs.level, 2)
})

test('a table is followed by a place to write and no table is put into a table', async () => {
  const [{ view }, other] = await pair(paragraphs(''))
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1)))
  assert.equal(insertTable(schema)(view.state, view.dispatch), true)
  assert.equal(view.state.doc.lastChild!.type.name, 'paragraph')
  assert.equal(insertTable(schema)(view.state), false)
  await settle()
  assert.deepEqual(other.view.state.doc.toJSON(), view.state.doc.toJSON())
  assert.equal(ids(view).length, new Set(ids(view)).size)
})

test('the slash opens only at the start of a word', async () => {
  const [{ view }] = await pair(paragraphs('and/or'))
  const type = (text: string): ReturnType<typeof slashQuery> => {
    view.dispatch(view.state.tr.replaceWith(1, view.state.doc.firstChild!.nodeSize - 1, schema.text(text)))
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1 + text.length)))
    return slashQuery(view.state)
  }
  assert.equal(type('and/or'), null)
  assert.equal(type('https://x'), null)
  assert.deepEqual(type('/tab'), { from: 1, query: 'tab' })
  assert.deepEqual(type('word /Вір'), { from: 6, query: 'вір' })
})

test('addresses are completed and dangerous ones refused', () => {
  assert.equal(completeAddress('example.org/a'), 'https://example.org/a')
  assert.equal(completeAddress('name@example.org'), 'mailto:name@example.org')
  assert.equal(completeAddress('https://x.example'), 'https://x.example')
  assert.equal(completeAddress('localhost:8000'), null)
  for (const bad of ['javascript:alert(1)', 'word', '', 'two words.org', 'data:text/html,x']) assert.equal(completeAddress(bad), null, bad)
})
