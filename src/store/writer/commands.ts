import { types } from 'node:util'
import { accountWrites } from '../accounts.ts'
import { asyncOperationWrites } from '../async-operations.ts'
import { bucketWrites } from '../buckets.ts'
import { type Database, query } from '../database.ts'
import { noteWrites } from '../notes.ts'
import { objectWrites } from '../objects.ts'
import { uploadWrites } from '../uploads.ts'
import type { Answer, Message } from './messages.ts'
import type { Staging } from './staging.ts'
import { createWriter, type Effects, type SyncWrites } from './writer.ts'

type Command = Message & { kind: 'command' }

/**
 * Runs commands that were queued together in one transaction, each in a savepoint so that one that throws does not undo its neighbours.
 * The answers are for after the commit, which has happened when this returns; when the commit itself fails, all of them have failed.
 */
export function createCommands(db: Database, staging: Staging): (group: readonly Command[]) => Answer[] {
  const { writer, run } = createWriter(db, staging.sealedSize)
  const writes: SyncWrites = {
    ...bucketWrites(writer),
    ...objectWrites(writer),
    ...uploadWrites(writer),
    ...asyncOperationWrites(writer),
    ...accountWrites(writer),
    ...noteWrites(writer),
  }
  const table: Readonly<Record<string, (...parameters: never[]) => unknown>> = { ...writes }
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map(sql => query(db, sql))
  const savepoint = query(db, 'SAVEPOINT command')
  const release = query(db, 'RELEASE command')
  const undo = query(db, 'ROLLBACK TO command')

  function runOne({ id, name, parameters }: Command): { answer: Answer; effects?: Effects } {
    savepoint.run()
    try {
      const command = table[name]
      if (!command) throw new Error(`unknown command ${name}`)
      const { value, effects } = run(() => command(...(parameters as never[])))
      release.run()
      return { answer: { kind: 'done', id, value }, effects }
    } catch (error) {
      // A full disk or a broken file may have ended the whole transaction.
      if (!db.inTransaction) throw error
      undo.run()
      release.run()
      return { answer: { kind: 'failed', id, error: asError(error) } }
    }
  }

  return group => {
    try {
      begin?.run()
      const results = group.map(runOne)
      commit?.run()
      const released = results.flatMap(({ effects }) => effects?.released ?? [])
      for (const bodyId of results.flatMap(({ effects }) => effects?.claimed ?? [])) staging.published(bodyId)
      const answers = results.map(({ answer }) => answer)
      return released.length > 0 ? [...answers, { kind: 'released', bodyIds: released }] : answers
    } catch (error) {
      if (db.inTransaction) rollback?.run()
      return group.map(({ id }) => ({ kind: 'failed', id, error: asError(error) }))
    }
  }
}

/** Empties all tables but that of the chunks. Sequences go on, so that no id of before comes back. */
export function emptyTables(db: Database): void {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all()
  // Rows go all at once, so the references between them need no check; with it SQLite would visit every row.
  db.pragma('foreign_keys = off')
  try {
    db.transaction(() => {
      for (const table of tables) if (table !== 'body_chunks') db.exec(`DELETE FROM ${table}`)
    }).immediate()
  } finally {
    db.pragma('foreign_keys = on')
  }
}

/** What was thrown, as an error that can be sent to another thread: SQLite's own would arrive as a bare object. */
export function asError(thrown: unknown): Error {
  if (types.isNativeError(thrown)) return thrown
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  const error = new Error(thrown.message)
  error.name = thrown.name
  if (thrown.stack !== undefined) error.stack = thrown.stack
  return error
}
