import { existsSync, statSync } from 'node:fs'
import { type Database, DataDirectoryError } from './database.ts'

/** Up to this size every page is looked at when the store opens; that takes a few milliseconds. */
const looksThrough = 8 * 1024 * 1024

/**
 * A database that is gone or was emptied must not be taken for a new one: the bodies that it knew would be swept away as orphans.
 * Throws DataDirectoryError. `bodies` is their directory, which is made once the database is there.
 */
export function requireDatabase(file: string, bodies: string): void {
  if (!existsSync(bodies) || (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return
  const reason = 'it is empty or gone, while bodies/ is there: restore it, or remove the data directory to begin anew'
  throw new DataDirectoryError('unusable', file, reason)
}

/** Throws for a database whose pages are damaged: DataDirectoryError, or SQLite's error. A large one is only tried table by table. */
export function requireSound(db: Database, file: string): void {
  const bytes =
    (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number)
  if (bytes > looksThrough) tryTables(db)
  else if (db.pragma('quick_check(1)', { simple: true }) !== 'ok')
    throw new DataDirectoryError('unusable', file, 'the database is damaged')
}

function tryTables(db: Database): void {
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  for (const table of tables) db.prepare(`SELECT * FROM "${table}" LIMIT 1`).get()
}
