import { type Database, query } from './database.ts'
import type { StoreReads } from './store.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

/** Lookups of notes. */
export function noteReads(db: Database): Pick<StoreReads, 'findNote'> {
  const byName = query<[string], { value: string }>(db, 'SELECT value FROM notes WHERE name = ?')
  return { findNote: name => byName.get(name)?.value }
}

/** Commands on notes. */
export function noteWrites({ db }: Writer): SyncWrites<'putNote'> {
  const put = query<[string, string]>(
    db,
    'INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const remove = query<[string]>(db, 'DELETE FROM notes WHERE name = ?')
  return {
    putNote(name, value) {
      if (value === undefined) remove.run(name)
      else put.run(name, value)
    },
  }
}
