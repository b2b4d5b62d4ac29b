import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accountReads } from './accounts.ts'
import { asyncOperationReads } from './async-operations.ts'
import type { SealedBody } from './bodies/body.ts'
import { bodyFilesIn } from './bodies/files.ts'
import { createBodyReader } from './bodies/reader.ts'
import { firstFreeBodyId } from './bodies/rows.ts'
import { createBodyStager } from './bodies/stager.ts'
import { bucketReads } from './buckets.ts'
import { readingError } from './damage.ts'
import { configure, type Database, type Durability, dataDirectoryError, openFile } from './database.ts'
import { requireDatabase, requireSound } from './integrity.ts'
import { keeper } from './kept-reads.ts'
import { lockDirectory } from './lock.ts'
import { checkOrigin, migrate } from './migrate.ts'
import { mrapReads } from './multi-region-access-points.ts'
import { noteReads } from './notes.ts'
import { objectVersionReads } from './object-versions.ts'
import type { ReplicationDefaults } from './replication/controls.ts'
import { replicationReads } from './replication/reads.ts'
import { StorageError } from './storage-error.ts'
import type { Store, StoreContent, StoreReads, StoreWrites } from './store.ts'
import { uploadReads } from './uploads.ts'
import { startWriter, type WriterLink } from './writer/link.ts'

export interface StoreOptions {
  /** Made when it does not exist. */
  readonly directory: string
  readonly durability: Durability
  /** Lag of replication where none was set, and the seed of what is drawn. Default: no lag. */
  readonly replication?: ReplicationDefaults | undefined
  /** The writer died: every write fails from now on, reads still work. */
  readonly onFailure?: ((error: Error) => void) | undefined
  /** How many pages of 16 KiB the file may have. Default: as many as the disk takes. */
  readonly maxPages?: number | undefined
}

/**
 * Opens the store in a directory: takes its lock, brings its tables up to date, starts the writer thread. Throws DataDirectoryError when
 * another process has the directory (`in-use`) or when it cannot be used (`unusable`).
 */
export async function openStore({
  directory,
  durability,
  replication,
  onFailure,
  maxPages,
}: StoreOptions): Promise<Store> {
  makeDirectory(directory)
  const lock = lockDirectory(directory)
  const file = join(directory, 'store.sqlite')
  const bodies = join(directory, 'bodies')
  const link = startWriter(
    { file, bodies, durability, replication, maxPages },
    {
      committed: () => snapshot.end(),
      stored: answer => stager.stored(answer),
      released: bodyIds => reader.released(bodyIds),
      failed(error) {
        stager.failed(error)
        onFailure?.(error)
      },
    },
  )
  const files = bodyFilesIn(bodies)
  let db: Database
  let firstBodyId: number
  try {
    requireDatabase(file, bodies)
    db = openReader(file, durability)
    makeDirectory(bodies)
    firstBodyId = firstFreeBodyId(db, files)
  } catch (error) {
    link.abandon()
    lock.release()
    throw error
  }
  link.open()
  const snapshot = createSnapshot(db)
  const inSnapshot: Reading = read => {
    try {
      snapshot.begin()
      return read()
    } catch (error) {
      if (!db.open) throw new StorageError('closed', 'the store is closed')
      throw readingError(file, error)
    }
  }
  const settings: Settings = { revision: 1 }
  let resets = 0
  // A reset is there for readers before it is answered, and its buckets have other rows: meanwhile nothing that was kept is believed.
  const settingsRevision = () => (resets > 0 ? ++settings.revision : settings.revision)
  const stager = createBodyStager(link, firstBodyId)
  const reader = createBodyReader(db, files, bodyIds => link.post({ kind: 'delete', bodyIds }))
  return {
    ...readsOf(db, inSnapshot, { ofSettings: settingsRevision, ofAll: snapshot.number }),
    ...writesOf(link, stager.nextBodyId, settings),
    bodies: {
      stage: stager.stage,
      read: (version, range) => inSnapshot(() => reader.read(version, range)),
    },
    settingsRevision,
    async reset(content = { buckets: [], mraps: [] }) {
      resets += 1
      try {
        await link.call('reset', [stager.nextBodyId(), withoutDigests(content)])
      } finally {
        resets -= 1
        settings.revision++
      }
    },
    sqliteVersion: db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '',
    async close() {
      await link.close()
      stager.failed(new StorageError('closed', 'the store is closed'))
      snapshot.end()
      db.close()
      lock.release()
    },
  }
}

function makeDirectory(directory: string): void {
  try {
    // Objects are nobody else's business. A directory that is there already is as its owner wants it.
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw dataDirectoryError(directory, error)
  }
}

function openReader(file: string, durability: Durability): Database {
  let db: Database | undefined
  try {
    db = openFile(file, 5000)
    checkOrigin(db, file)
    // Of an earlier version it may be readable for all.
    chmodSync(file, 0o600)
    configure(db, durability)
    requireSound(db, file)
    migrate(db)
    db.pragma('query_only = on')
    return db
  } catch (error) {
    db?.close()
    throw dataDirectoryError(file, error)
  }
}

interface Snapshot {
  /** Whatever is read until the turn ends sees one state: a version that was found can still be read. */
  begin(): void
  end(): void
  /** Of the snapshot that was begun last: another one may see another state. */
  number(): number
}

/**
 * One read transaction per turn of the event loop, ended early when a commit is announced, so that a write is seen by whoever waited for
 * it. None outlives its turn: the log could not be checkpointed.
 */
function createSnapshot(db: Database): Snapshot {
  const begin = db.prepare('BEGIN')
  const commit = db.prepare('COMMIT')
  const end = () => {
    if (db.open && db.inTransaction) commit.run()
  }
  let number = 0
  return {
    begin() {
      if (db.inTransaction) return
      begin.run()
      number++
      setImmediate(end)
    },
    end,
    number: () => number,
  }
}

/** Runs a look-up so that it sees the state of this turn. */
type Reading = <Value>(read: () => Value) => Value

interface Revisions {
  /** Grows with every change of a setting. */
  readonly ofSettings: () => number
  /** Grows with every snapshot. */
  readonly ofAll: () => number
}

function readsOf(db: Database, inSnapshot: Reading, revisions: Revisions): StoreReads {
  const keep = keeper(revisions.ofSettings)
  const reads: StoreReads = {
    ...bucketReads(db, keep),
    ...objectVersionReads(db, keeper(revisions.ofAll)),
    ...uploadReads(db),
    ...mrapReads(db, keep),
    ...asyncOperationReads(db),
    ...accountReads(db),
    ...noteReads(db),
    ...replicationReads(db),
  }
  const all = Object.entries(reads).map(([name, read]) => [
    name,
    (...parameters: unknown[]) => inSnapshot(() => read(...parameters)),
  ])
  return Object.fromEntries(all) as StoreReads
}

const writeNames = {
  insertBucket: true,
  deleteBucket: true,
  updateBucket: true,
  putBucketConfiguration: true,
  putObject: true,
  linkObject: true,
  deleteObject: true,
  deleteObjects: true,
  updateVersion: true,
  insertUpload: true,
  putPart: true,
  linkPart: true,
  abortUpload: true,
  completeUpload: true,
  deliver: true,
  admitVersions: true,
  redateReplications: true,
  releaseHeld: true,
  passThresholds: true,
  submitCreateMrap: true,
  submitDeleteMrap: true,
  submitMrapPolicy: true,
  settleAsyncOperation: true,
  insertRouteSettings: true,
  putAccountBlock: true,
  putNote: true,
} satisfies Record<keyof StoreWrites, true>

/** Writes that change nothing but objects, uploads and notes, of which nothing is kept. */
const unkeptWrites: ReadonlySet<string> = new Set<keyof StoreWrites>([
  'putNote',
  'putObject',
  'linkObject',
  'deleteObject',
  'deleteObjects',
  'updateVersion',
  'insertUpload',
  'putPart',
  'linkPart',
  'abortUpload',
  'completeUpload',
])

interface Settings {
  revision: number
}

function writesOf(link: WriterLink, nextBodyId: () => number, settings: Settings): StoreWrites {
  const names = Object.keys(writeNames) as (keyof StoreWrites)[]
  const call = (name: keyof StoreWrites) => {
    if (unkeptWrites.has(name)) return (...parameters: unknown[]) => link.call(name, parameters)
    return async (...parameters: unknown[]) => {
      try {
        return await link.call(name, parameters)
      } finally {
        settings.revision++
      }
    }
  }
  const calls = names.map(name => [name, call(name)])
  const writes = Object.fromEntries(calls) as StoreWrites
  return {
    ...writes,
    putObject: (version, body, expect) => orDropped(link, body, writes.putObject(version, content(body), expect)),
    // A part has no inline form: its bytes travel with the write and become a chunk there, under an id from here.
    putPart: (uploadRow, part, body) => {
      const bodyId = body.bodyId ?? nextBodyId()
      return orDropped(link, body, writes.putPart(uploadRow, part, { ...content(body), bodyId }))
    },
  }
}

/** A write that fails leaves nothing of its body. */
async function orDropped<Outcome>(
  link: WriterLink,
  { bodyId }: SealedBody,
  written: Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await written
  } catch (error) {
    if (bodyId !== undefined) await link.request('discard', bodyId).catch(() => undefined)
    throw error
  }
}

function withoutDigests({ buckets, mraps }: StoreContent): StoreContent {
  return {
    buckets: buckets.map(({ objects, ...rest }) => ({
      ...rest,
      objects: objects.map(({ version, body }) => ({ version, body: content(body) })),
    })),
    mraps,
  }
}

/** What the writer needs of a sealed body. */
function content({ size, bodyId, inline }: SealedBody): SealedBody {
  const place = bodyId === undefined ? inline && { inline } : { bodyId }
  return { size, digests: {}, ...place }
}
