import { closeSync, existsSync, openSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** A connection. better-sqlite3 is imported here and nowhere else. */
export type Database = Sqlite.Database

/**
 * What a write survives once it was acknowledged. `ephemeral`: the directory dies with the process, nothing waits for the disk. `process`:
 * the end of the process, and a power cut what was written before the last checkpoint (synchronous=NORMAL in WAL). `power`: a power cut
 * as well, since every group of commands is on the disk before it is answered.
 */
export type Durability = 'ephemeral' | 'process' | 'power'

/** The data directory cannot be used: `in-use` by another process, or `unusable` for the reason given. Nothing was changed in it. */
export class DataDirectoryError extends Error {
  readonly kind: 'unusable' | 'in-use'
  /** The file or directory at fault. */
  readonly file: string
  /** One sentence without a full stop. */
  readonly reason: string

  constructor(kind: 'unusable' | 'in-use', file: string, reason: string, cause?: unknown) {
    super(`${file}: ${reason}`, { cause })
    this.name = 'DataDirectoryError'
    this.kind = kind
    this.file = file
    this.reason = reason
  }
}

/** A statement that is prepared on first use: most of them are not needed for the first answer. */
export interface Query<Parameters extends readonly unknown[], Row> {
  get(...parameters: Parameters): Row | undefined
  all(...parameters: Parameters): Row[]
  /** How many rows changed, and the id of the row inserted last. */
  run(...parameters: Parameters): { readonly changes: number; readonly insertedId: number }
}

/** `raw`: rows come as arrays of columns, which is twice as fast for long pages. */
export function query<Parameters extends readonly unknown[], Row = never>(
  db: Database,
  sql: string,
  { raw = false } = {},
): Query<Parameters, Row> {
  let prepared: Sqlite.Statement<unknown[]> | undefined
  const statement = () => {
    prepared ??= raw ? db.prepare<unknown[]>(sql).raw() : db.prepare<unknown[]>(sql)
    return prepared
  }
  return {
    get: (...parameters) => statement().get(...parameters) as Row | undefined,
    all: (...parameters) => statement().all(...parameters) as Row[],
    run: (...parameters) => {
      const { changes, lastInsertRowid } = statement().run(...parameters)
      return { changes, insertedId: Number(lastInsertRowid) }
    },
  }
}

/**
 * Opens or creates a file without touching what is in it. Nobody waits longer than `busyTimeoutMs` for another connection. A new one is for
 * its owner alone, and so are the log and the index that SQLite puts beside it.
 */
export function openFile(file: string, busyTimeoutMs: number): Database {
  if (!existsSync(file)) create(file)
  return new HeldConnection(file, { timeout: busyTimeoutMs })
}

function create(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch {
    // SQLite says what is wrong, in words that we know.
  }
}

/**
 * better-sqlite3 12 aborts the process on Node 24.19 and later when a connection or a statement is collected as garbage, and version 13
 * needs Node 22. So nothing of it is ever let go: statements are prepared once, and those of pragmas are kept by their text.
 */
const held: unknown[] = []

class HeldConnection extends Sqlite {
  readonly #pragmas = new Map<string, Sqlite.Statement>()

  constructor(file: string, options: Sqlite.Options) {
    super(file, options)
    held.push(this)
  }

  override prepare(sql: string): never {
    const statement = super.prepare(sql)
    held.push(statement)
    return statement as never
  }

  override pragma(source: string, { simple = false }: Sqlite.PragmaOptions = {}): unknown {
    const statement: Sqlite.Statement = this.#pragmas.get(source) ?? this.prepare(`PRAGMA ${source}`)
    this.#pragmas.set(source, statement)
    if (!statement.reader) return statement.run()
    return simple ? statement.pluck().get() : statement.pluck(false).all()
  }
}

/** Sets how a connection of the store works. The page size and auto_vacuum count only before the first table and before WAL. */
export function configure(db: Database, durability: Durability): void {
  db.pragma('page_size = 16384')
  db.pragma('auto_vacuum = incremental')
  db.pragma('journal_mode = wal')
  db.pragma(`synchronous = ${durability === 'ephemeral' ? 'off' : 'normal'}`)
  db.pragma('foreign_keys = on')
  db.pragma('temp_store = memory')
  db.pragma('cache_size = -8000')
  db.pragma('journal_size_limit = 67108864')
}

/** What a failure to open or to read means for the user. Not every error is one of SQLite's. */
export function dataDirectoryError(file: string, error: unknown): DataDirectoryError {
  if (error instanceof DataDirectoryError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : String(error)
  if (code.startsWith('SQLITE_BUSY')) {
    return new DataDirectoryError('in-use', file, 'another process uses it', error)
  }
  const reasons: readonly (readonly [prefix: string, reason: string])[] = [
    ['SQLITE_NOTADB', 'it is not a database, or damaged'],
    ['SQLITE_CORRUPT', 'the database is damaged'],
    ['SQLITE_READONLY', 'it cannot be written'],
    ['SQLITE_CANTOPEN', 'it cannot be opened or created'],
    ['SQLITE_FULL', 'the disk is full'],
  ]
  const known = reasons.find(([prefix]) => code.startsWith(prefix))
  return new DataDirectoryError('unusable', file, known ? known[1] : message, error)
}

/** A boolean as STRICT tables keep it. */
export function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
