import { type Database, DataDirectoryError } from './database.ts'
import { initialSchema } from './migrations/0001-initial.ts'
import { accountsSchema } from './migrations/0002-accounts.ts'
import { notesSchema } from './migrations/0003-notes.ts'
import { versionOrderSchema } from './migrations/0004-version-order.ts'
import { dueTimesSchema } from './migrations/0005-due-times.ts'
import { bodyDigestsSchema } from './migrations/0006-body-digests.ts'
import { routeHistorySchema } from './migrations/0007-route-history.ts'
import { bucketRevisionSchema } from './migrations/0008-bucket-revision.ts'
import { replicationSchema } from './migrations/0009-replication.ts'

/** SQL by version: the first makes version 1. Forward only; one that was released is never edited. */
const migrations: readonly string[] = [
  initialSchema,
  accountsSchema,
  notesSchema,
  versionOrderSchema,
  dueTimesSchema,
  bodyDigestsSchema,
  routeHistorySchema,
  bucketRevisionSchema,
  replicationSchema,
]

/** 'MRAP' in ASCII: marks the file as ours (PRAGMA application_id). */
const applicationId = 0x4d524150

/** Throws DataDirectoryError for a database that is not ours or of a newer version; changes nothing. */
export function checkOrigin(db: Database, file: string): void {
  const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
  if (!isEmpty && db.pragma('application_id', { simple: true }) !== applicationId) {
    throw new DataDirectoryError('unusable', file, 'it is a database of another program')
  }
  const version = versionOf(db)
  if (version > migrations.length) {
    const reason = `it was written by a newer version of mrap-local (format ${version}, this version knows ${migrations.length})`
    throw new DataDirectoryError('unusable', file, reason)
  }
}

/** Brings the tables to the newest version, one transaction per step. Also finds out whether the file can be written. */
export function migrate(db: Database): void {
  for (let version = versionOf(db); version < migrations.length; version++) {
    db.transaction(() => {
      db.exec(migrations[version] ?? '')
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${version + 1}`)
    }).immediate()
  }
  db.transaction(() => undefined).immediate()
}

function versionOf(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number
}
