// Hocuspocus as it comes. Its SQLite extension needs a native module compiled on the spot; this is the same extension
// (the Database one, with the same table and statements) on Node's own SQLite. FLUSH_DELAY (ms): send in batches.
import { DatabaseSync } from 'node:sqlite'
import { Database } from '@hocuspocus/extension-database'
import { Server } from '@hocuspocus/server'

const db = new DatabaseSync(process.env.DATABASE)
db.exec('CREATE TABLE IF NOT EXISTS documents (name TEXT NOT NULL, data BLOB NOT NULL, UNIQUE(name))')
const select = db.prepare('SELECT data FROM documents WHERE name = ? ORDER BY rowid DESC')
const upsert = db.prepare(
  'INSERT INTO documents (name, data) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data'
)
const tuned = process.env.FLUSH_DELAY ? { flushDelay: Number(process.env.FLUSH_DELAY) } : {}
const server = new Server({
  address: '127.0.0.1',
  port: Number(process.env.PORT),
  quiet: true,
  ...tuned,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => select.get(documentName)?.data ?? null,
      store: async ({ documentName, state }) => void upsert.run(documentName, state)
    })
  ]
})
await server.listen()
