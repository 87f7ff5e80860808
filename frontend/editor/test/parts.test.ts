import { settle } from './helpers/dom.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captureCard, restoreCard } from '../src/card-state.ts'
import { isCrowded, placeCards } from '../src/cards-layout.ts'
import { draftKey, draftsOf, forgetDraft, readDraft, writeDraft } from '../src/drafts.ts'
import { EventsSocket } from '../src/events.ts'
import { eraseKept } from '../src/offline-names.ts'
import { initials, inkOn, presentPeople } from '../src/presence.ts'
import { defaults, t } from '../src/strings.ts'
import { cleanPastedHtml } from '../src/word.ts'

const anchor = {
  block_id: 'block-0001', start: 0, end: 4, quote: 'word', prefix: '', suffix: '', relative_start: '', relative_end: '', generation: 'g'
}

test('cards stand at their passages and never cover each other', () => {
  assert.deepEqual(placeCards([{ desired: 0, height: 100 }, { desired: 300, height: 50 }]), [0, 300])
  assert.deepEqual(placeCards([{ desired: 0, height: 100 }, { desired: 20, height: 50 }, { desired: 30, height: 50 }]), [0, 112, 174])
})

test('the active card has its place and the others give way', () => {
  const cards = [{ desired: 100, height: 100 }, { desired: 120, height: 100 }, { desired: 300, height: 100 }, { desired: 310, height: 50 }]
  const tops = placeCards(cards, 2)
  assert.equal(tops[2], 300)
  assert.ok(tops[1] + 100 <= 300 && tops[0] + 100 <= tops[1] && tops[3] >= 400)
})

test('without room above, the first card starts at the top', () => {
  const tops = placeCards([{ desired: 0, height: 200 }, { desired: 10, height: 200 }, { desired: 50, height: 50 }], 2)
  assert.equal(tops[0], 0)
  for (let i = 1; i < 3; i++) assert.ok(tops[i] >= tops[i - 1] + 200)
  assert.equal(isCrowded([{ desired: 0, height: 1 }], [500]), true)
})

test('a card that is renewed keeps words, choices, what was open, and the focus', () => {
  const html = (extra: string): string => `<details><summary>Reply</summary><form><textarea name="body" id="r1"></textarea>
    <input type="radio" name="outcome" value="a"><input type="radio" name="outcome" value="b"><input type="hidden" name="changed_anchor" value="">
    <output data-pick-quote></output></form></details>${extra}`
  const old = document.createElement('article')
  old.innerHTML = html('')
  document.body.append(old)
  const body = old.querySelector('textarea')!
  old.querySelector('details')!.open = true
  body.value = 'Half a '
  old.querySelectorAll<HTMLInputElement>('[name=outcome]')[1].checked = true
  old.querySelector<HTMLInputElement>('[name=changed_anchor]')!.value = '{"x":1}'
  body.focus()
  body.setSelectionRange(4, 6)
  const kept = captureCard(old)
  const fresh = document.createElement('article')
  fresh.innerHTML = `<details><summary>Edit</summary><textarea name="body" id="e1">Old</textarea></details>${html('<p>new reply</p>')}`
  old.replaceWith(fresh)
  restoreCard(fresh, kept)
  const now = fresh.querySelector<HTMLTextAreaElement>('#r1')!
  assert.equal(fresh.querySelectorAll('details')[1].open, true)
  assert.equal(fresh.querySelectorAll('details')[0].open, false)
  assert.equal(fresh.querySelector<HTMLInputElement>('[name=changed_anchor]')!.value, '{"x":1}')
  assert.equal(fresh.querySelectorAll<HTMLInputElement>('[name=outcome]')[1].checked, true)
  assert.equal(now.value, 'Half a ', 'the words go to the same field although another one stands before it')
  assert.equal(fresh.querySelector<HTMLTextAreaElement>('#e1')!.value, 'Old')
  assert.equal(document.activeElement, now)
  assert.equal(now.selectionStart, 4)
  fresh.remove()
})

test('a draft is kept per passage and forgotten when it is sent or emptied', () => {
  const key = draftKey('doc1', anchor)
  writeDraft(key, { anchor, body: 'Ievēroju', email: '' })
  assert.equal(readDraft(key)?.body, 'Ievēroju')
  assert.equal(draftsOf('doc1').length, 1)
  assert.equal(draftsOf('doc2').length, 0)
  writeDraft(key, { anchor, body: '  ', email: '' })
  assert.equal(readDraft(key), null)
  writeDraft(key, { anchor, body: 'x', email: '' })
  forgetDraft(key)
  assert.equal(draftsOf('doc1').length, 0)
})

test('signing out erases texts and drafts but not the theme', async () => {
  localStorage.setItem('koprade:theme', 'dark')
  writeDraft(draftKey('doc1', anchor), { anchor, body: 'secret', email: 'a@b.example' })
  await eraseKept()
  assert.deepEqual(Object.keys(localStorage), ['koprade:theme'])
})

test('people are named once however many tabs they have; readers are counted', () => {
  const states = new Map<number, any>([
    [0, { readers: 7 }], [1, { user: { name: 'Co-author, NGO', color: '#112233' } }], [2, { user: { name: 'Co-author, NGO', color: '#112233' } }],
    [3, { user: { name: 'Coordinator', color: 'red;background:url(x)' } }], [4, {}]
  ])
  const present = presentPeople(states, 3)
  assert.equal(present.readers >= 7, true)
  assert.deepEqual(present.people.map(person => [person.name, person.colour, person.isMe]),
    [['Coordinator', '#6c757d', true], ['Co-author, NGO', '#112233', false]])
  assert.equal(initials('Coordinator, Ministry of Regions'), 'CM')
  assert.equal(initials('Ēriks'), 'Ē')
  assert.equal(initials(''), '?')
  assert.equal(inkOn('#ffffff'), '#000000')
  assert.equal(inkOn('#005b49'), '#ffffff')
})

test('lists of a word processor become lists, its noise goes', () => {
  const html = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{}</style></head><body><!--[if x]>y<![endif]-->
    <p class=MsoTitle>Title<o:p></o:p></p>
    <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>One</p><p class=MsoListParagraph
    style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·</span>Inner</p><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>Two</p>
    <p class=MsoNormal><span style='font-weight:bold'>Bold</span></p></body></html>`
  const clean = cleanPastedHtml(html).replace(/\s+/g, ' ')
  assert.match(clean, /<h1>Title<\/h1>/)
  assert.match(clean, /<ol><li><p>One<\/p><ul><li><p>Inner<\/p><\/li><\/ul><\/li><li><p>Two<\/p><\/li><\/ol>/)
  assert.match(clean, /<strong>Bold<\/strong>/)
  assert.doesNotMatch(clean, /style=|mso-|\[if|<o:/i)
})

test('a bold wrapper that says it is not bold is not', () => {
  assert.equal(cleanPastedHtml('<b style="font-weight:normal;"><p>Text <span style="font-weight:700">b</span></p></b>'),
    '<p>Text <span><strong>b</strong></span></p>')
})

test('texts have their placeholders filled and nothing else', () => {
  assert.equal(t('comment_count', { count: 3, quote: 'x{count}' }), '3 comments on “x{count}”')
  assert.equal(t('saved'), 'Saved')
  for (const [key, value] of Object.entries(defaults)) assert.ok(value.length > 0, key)
})

class FakeSocket {
  static all: FakeSocket[] = []
  readyState = 1
  sent: any[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: (() => void) | null = null
  constructor (readonly url: string) { FakeSocket.all.push(this); setTimeout(() => this.onopen?.(), 0) }
  send (text: string): void { this.sent.push(JSON.parse(text)) }
  close (): void { this.readyState = 3 }
  say (message: object): void { this.onmessage?.({ data: JSON.stringify(message) }) }
}

test('events: one socket, each topic asked once, doubles dropped, gaps and reconnections ask for a fetch', async () => {
  FakeSocket.all = []
  const events = new EventsSocket({ address: 'ws://x/events', WebSocket: FakeSocket as any, random: () => 0 })
  const seen: string[] = []
  for (const type of ['thread.created', 'resync']) {
    document.addEventListener(`koprade:${type}`, event => seen.push(`${type}:${(event as CustomEvent).detail.seq ?? (event as CustomEvent).detail.topic}`))
  }
  const first = events.subscribe('document.1')
  const second = events.subscribe('document.1')
  await settle()
  const [socket] = FakeSocket.all
  assert.equal(FakeSocket.all.length, 1)
  assert.deepEqual(socket.sent.map(message => [message.type, message.data.topic]), [['topic.subscribe', 'document.1']])
  const event = (seq: number): object => ({ type: 'thread.created', v: 1, id: 'x', topic: 'document.1', seq, at: '', data: {} })
  socket.say({ type: 'hello', v: 1, data: {} })
  socket.say(event(1)); socket.say(event(1)); socket.say(event(2)); socket.say(event(5))
  assert.deepEqual(seen, ['thread.created:1', 'thread.created:2', 'resync:document.1', 'thread.created:5'])
  first()
  assert.equal(socket.sent.length, 1, 'somebody still wants it')
  socket.onclose?.({ code: 1006 })
  await settle(400)
  assert.equal(FakeSocket.all.length, 2)
  FakeSocket.all[1].say({ type: 'hello', v: 1, data: {} })
  assert.equal(seen.at(-1), 'resync:null')
  second()
  assert.equal(FakeSocket.all[1].sent.at(-1).type, 'topic.unsubscribe')
  events.close()
})
