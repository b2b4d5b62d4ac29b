import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Test } from 'tap'
import type { SealedBody } from '../../src/store/bodies/body.ts'
import type { Bucket, ObjectVersion } from '../../src/store/rows.ts'
import type { NewVersion, Store } from '../../src/store/store.ts'
import { emptyStore } from '../helpers/empty-store.ts'

type NewBucket = Omit<Bucket, 'id' | 'revision'>

export interface StoreWorld {
  readonly store: Store
  readonly directory: string
  /** A new bucket. */
  bucket(settings?: Partial<NewBucket>): Promise<number>
  /** Chunks of bodies, in rows and in files, as another program sees them. */
  countChunks(): number
  /** Lets the writer work until there are so many chunks. */
  chunksBecome(count: number): Promise<void>
}

/** An empty store, without a chunk. */
export async function storeWorld(t: Test): Promise<StoreWorld> {
  const { store, directory } = await emptyStore(t)
  const world = worldOf(store, directory)
  await world.chunksBecome(0)
  return world
}

/** The same around a store that the test opened. */
export function worldOf(store: Store, directory: string): StoreWorld {
  let buckets = 0
  const countChunks = () => count(directory, 'body_chunks') + countFileChunks(directory)
  return {
    store,
    directory,
    async bucket(settings = {}) {
      const made = await store.insertBucket(newBucket({ name: `bucket-${++buckets}`, ...settings }))
      if (made.outcome !== 'created') throw new Error('the bucket exists')
      return made.id
    },
    countChunks,
    async chunksBecome(expected) {
      // Every answer is at least one turn of the writer, and it does its housekeeping in turns that have nothing else to do.
      for (let turn = 0; turn < 2000 && countChunks() !== expected; turn++) await store.updateBucket(0, {})
      if (countChunks() !== expected) throw new Error(`there are ${countChunks()} chunks, not ${expected}`)
    },
  }
}

/** The files of bodies in a data directory. */
export function bodyFiles(directory: string): string[] {
  const root = join(directory, 'bodies')
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(path => /\d+[\\/]\d+$/.test(path))
    .map(path => join(root, path))
}

function countFileChunks(directory: string): number {
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return bodyFiles(directory).reduce((sum, path) => sum + Math.ceil(sizeOf(path) / 262_144), 0)
}

export function count(directory: string, table: string): number {
  const db = new Sqlite(join(directory, 'store.sqlite'), { readonly: true })
  const rows = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()
  db.close()
  return rows ?? 0
}

export function newBucket(settings: Partial<NewBucket>): NewBucket {
  return {
    name: 'bucket',
    region: 'us-west-2',
    accountId: '111122223333',
    createdAt: 1000,
    versioning: undefined,
    objectLock: false,
    requestPayer: 'BucketOwner',
    objectOwnership: 'BucketOwnerEnforced',
    publicAccessBlock: undefined,
    policy: undefined,
    ...settings,
  }
}

let versions = 0

export function newVersion(bucketId: number, key: string, settings: Partial<NewVersion> = {}): NewVersion {
  versions++
  return {
    bucketId,
    key,
    versionId: `v${versions}`,
    etag: `etag-${versions}`,
    lastModified: 2000 + versions,
    ownerId: '111122223333',
    storageClass: 'STANDARD',
    details: {},
    ...settings,
  }
}

/** Stages and seals bytes, appended in pieces of `pieceBytes`. */
export async function seal(store: Store, bytes: Uint8Array, pieceBytes = 65_536): Promise<SealedBody> {
  const staged = store.bodies.stage({ digests: [] })
  for (let at = 0; at < bytes.length; at += pieceBytes) await staged.append(bytes.subarray(at, at + pieceBytes))
  return staged.seal()
}

/** Stores bytes under a key and returns the version as it is read back. */
export async function put(
  store: Store,
  bucketId: number,
  key: string,
  bytes: Uint8Array = Buffer.from(key),
  settings: Partial<NewVersion> = {},
): Promise<ObjectVersion> {
  await store.putObject(newVersion(bucketId, key, settings), await seal(store, bytes))
  return current(store, bucketId, key)
}

export function current(store: Store, bucketId: number, key: string): ObjectVersion {
  const version = store.findCurrentVersion(bucketId, key)
  if (!version) throw new Error(`${key} has no current version`)
  return version
}

export async function read(
  store: Store,
  version: ObjectVersion,
  range?: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  return collect(store.bodies.read(version, range))
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

export function someBytes(length: number): Buffer {
  return randomBytes(length)
}

/** For `deleteObject`. */
export function deletion(bucketId: number, key: string, versionId?: string) {
  versions++
  return { bucketId, key, versionId, markerVersionId: `m${versions}`, ownerId: '111122223333', now: 5000 + versions }
}
