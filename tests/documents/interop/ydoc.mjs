// Reads documents that the server wrote with the browser's own libraries, and writes them with these.
// Usage: node <bundle> IN.jsonl OUT.jsonl; a line is {"json": …, "update": base64}.
import { readFileSync, writeFileSync } from 'node:fs'
import * as Y from 'yjs'
import { initProseMirrorDoc, prosemirrorToYXmlFragment } from 'y-prosemirror'
import { buildSchema, rootName } from '../../../frontend/editor/src/schema.ts'

const schema = buildSchema('/')
const [input, output] = process.argv.slice(2)
const lines = readFileSync(input, 'utf8').trim().split('\n').map(line => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Buffer.from(JSON.parse(line).update, 'base64'))
  const before = Y.encodeStateVector(doc)
  const { doc: opened } = initProseMirrorDoc(doc.getXmlFragment(rootName), schema)
  opened.check()
  const untouched = Buffer.compare(before, Y.encodeStateVector(doc)) === 0
  const copy = new Y.Doc()
  prosemirrorToYXmlFragment(opened, copy.getXmlFragment(rootName))
  const update = Buffer.from(Y.encodeStateAsUpdate(copy)).toString('base64')
  return JSON.stringify({ json: opened.toJSON(), untouched, update })
})
writeFileSync(output, lines.join('\n'))
