import { accountWrites } from '../accounts.ts'
import { asyncOperationWrites } from '../async-operations.ts'
import { bucketWrites } from '../buckets.ts'
import { type Database, type Durability, query } from '../database.ts'
import { noteWrites } from '../notes.ts'
import { objectWrites } from '../objects.ts'
import { outcomeWrites } from '../operation-outcomes.ts'
import { createPublisher } from '../publishing.ts'
import { createAdmission } from '../replication/admission.ts'
import type { ReplicationDefaults } from '../replication/controls.ts'
import { replicationWrites } from '../replication/delivery.ts'
import type { StoreContent } from '../store.ts'
import { uploadWrites } from '../uploads.ts'
import { failureOf, isOfTheDisk } from './failures.ts'
import type { Answer, Message } from './messages.ts'
import type { Staging } from './staging.ts'
import { createWriter, type Effects, type SyncWrites } from './writer.ts'

type Command = Message & { kind: 'command' }

/** The write commands, for the writer's connection. */
export interface Commands {
  /**
   * Runs commands that were queued together in one transaction; when one of them throws, each in a transaction of its own, so that it
   * fails alone. The answers are for after the commit, which has happened when this returns.
   */
  runGroup(group: readonly Command[]): Answer[]
  /**
   * Empties all tables but those of the bytes and puts `content` in, in one transaction. Sequences go on, so that no id of before comes
   * back. Throws when nothing was changed.
   */
  reset(content: StoreContent): Answer[]
}

interface Done {
  readonly answers: readonly Answer[]
  readonly effects: Effects
}

export function createCommands(
  db: Database,
  staging: Staging,
  durability: Durability,
  replication?: ReplicationDefaults,
): Commands {
  const { writer, run } = createWriter(db, staging.findSealed, replication)
  const admission = createAdmission(writer)
  const publisher = createPublisher(writer, admission)
  const writes: SyncWrites = {
    ...bucketWrites(writer),
    ...objectWrites(writer, publisher, admission),
    ...uploadWrites(writer, publisher),
    ...replicationWrites(writer, publisher, admission),
    ...asyncOperationWrites(writer),
    ...accountWrites(writer),
    ...noteWrites(writer),
    ...outcomeWrites(writer),
  }
  const tables = query<[], { name: string }>(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  )
  const table: Readonly<Record<string, (...parameters: never[]) => unknown>> = { ...writes }
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map(sql => query(db, sql))

  /** Nothing is changed when it throws. */
  function inTransaction(work: () => Done): Answer[] {
    let done: Done
    // The fsync of this commit covers the chunks that were written before it, so they need none of their own.
    if (durability === 'power') db.pragma('synchronous = full')
    try {
      begin?.run()
      done = work()
      commit?.run()
    } catch (error) {
      // A full disk or a broken file may have ended the transaction by itself.
      if (db.inTransaction) rollback?.run()
      throw error
    } finally {
      if (durability === 'power') db.pragma('synchronous = normal')
    }
    for (const bodyId of done.effects.claimed) staging.published(bodyId)
    const { released } = done.effects
    return released.length > 0 ? [...done.answers, { kind: 'released', bodyIds: released }] : [...done.answers]
  }

  function runAll(group: readonly Command[]): Done {
    const results = group.map(({ name, parameters }) => {
      const command = table[name]
      if (!command) throw new Error(`unknown command ${name}`)
      return run(() => command(...(parameters as never[])))
    })
    return {
      answers: results.map(({ value }, index) => ({ kind: 'done', id: group[index]?.id ?? 0, value })),
      effects: {
        claimed: results.flatMap(({ effects }) => effects.claimed),
        released: results.flatMap(({ effects }) => effects.released),
      },
    }
  }

  function putContent({ buckets, mraps }: StoreContent): void {
    for (const { bucket, objects, change } of buckets) {
      const made = writes.insertBucket(bucket)
      if (made.outcome !== 'created') throw new Error(`there are two buckets ${bucket.name}`)
      for (const { version, body } of objects) writes.putObject({ ...version, bucketId: made.id }, body)
      if (change) writes.updateBucket(made.id, change)
    }
    for (const mrap of mraps) {
      if (writes.submitCreateMrap(...mrap) !== 'submitted') throw new Error('a bucket of an access point is missing')
    }
  }

  function runGroup(group: readonly Command[]): Answer[] {
    try {
      return inTransaction(() => runAll(group))
    } catch (error) {
      const failure = failureOf(error)
      // What the disk refuses is refused to all alike.
      if (group.length === 1 || isOfTheDisk(failure)) return group.map(({ id }) => ({ kind: 'failed', id, failure }))
      return group.flatMap(command => runGroup([command]))
    }
  }

  return {
    runGroup,
    reset(content) {
      // Rows go all at once, so the references between them need no check; with it SQLite would visit every row.
      db.pragma('foreign_keys = off')
      try {
        return inTransaction(() => {
          for (const { name } of tables.all()) if (!name.startsWith('body_')) db.exec(`DELETE FROM ${name}`)
          const { effects } = run(() => putContent(content))
          return { answers: [], effects }
        })
      } finally {
        db.pragma('foreign_keys = on')
      }
    },
  }
}
