import { type Database, query } from '../database.ts'
import type { BodyFiles } from './files.ts'

/** Bytes per chunk, in a file or a row of its own; the last one of a body has fewer. */
export const chunkBytes = 262_144

/** Bodies up to this size travel with the write that publishes them and live in its row. */
export const inlineBytes = 65_536

/** Room for 2^20 chunks (256 GiB) per body; S3 takes 5 GiB at once. */
const chunksPerBody = 2 ** 20

/** Reads and writes of chunk rows by body and number. */
export interface ChunkStatements {
  insert(bodyId: number, index: number, bytes: Uint8Array): void
  /** undefined: the body is gone, or shorter. */
  find(bodyId: number, index: number): Buffer | undefined
  /** Deletes some chunks, at most `limit`, and returns how many; fewer than `limit`: there are none left. */
  deleteSome(bodyId: number, limit: number): number
  /** The first body with chunks whose id is at least `from`. */
  findBodyFrom(from: number): number | undefined
}

export function chunkStatements(db: Database): ChunkStatements {
  const insert = query<[number, Uint8Array]>(db, 'INSERT INTO body_chunks (position, data) VALUES (?, ?)')
  const find = query<[number], readonly [data: Buffer]>(db, 'SELECT data FROM body_chunks WHERE position = ?', {
    raw: true,
  })
  const deleteSome = query<[number, number, number]>(
    db,
    `DELETE FROM body_chunks WHERE position IN
       (SELECT position FROM body_chunks WHERE position >= ? AND position < ? ORDER BY position LIMIT ?)`,
  )
  const first = query<[number], { position: number }>(
    db,
    'SELECT position FROM body_chunks WHERE position >= ? ORDER BY position LIMIT 1',
  )
  return {
    insert(bodyId, index, bytes) {
      if (index >= chunksPerBody) throw new Error(`body ${bodyId} is too large`)
      insert.run(bodyId * chunksPerBody + index, bytes)
    },
    find: (bodyId, index) => find.get(bodyId * chunksPerBody + index)?.[0],
    deleteSome: (bodyId, limit) => deleteSome.run(bodyId * chunksPerBody, (bodyId + 1) * chunksPerBody, limit).changes,
    findBodyFrom(from) {
      const row = first.get(from * chunksPerBody)
      return row && Math.floor(row.position / chunksPerBody)
    },
  }
}

/** A body that is a file. */
export interface FileRow {
  readonly size: number
  /** As `digestList` makes it. */
  readonly digests: Buffer
}

/** Reads and writes of the rows of bodies that are files. */
export interface FileStatements {
  insert(bodyId: number, row: { readonly size: number; readonly digests: Uint8Array }): void
  find(bodyId: number): FileRow | undefined
  /** Whether there was one. */
  remove(bodyId: number): boolean
  /** The first such body whose id is at least `from`. */
  findBodyFrom(from: number): number | undefined
}

export function fileStatements(db: Database): FileStatements {
  const insert = query<[number, number, Uint8Array]>(
    db,
    'INSERT INTO body_files (body_id, size, digests) VALUES (?, ?, ?)',
  )
  const find = query<[number], FileRow>(db, 'SELECT size, digests FROM body_files WHERE body_id = ?')
  const remove = query<[number]>(db, 'DELETE FROM body_files WHERE body_id = ?')
  const first = query<[number], { body_id: number }>(
    db,
    'SELECT body_id FROM body_files WHERE body_id >= ? ORDER BY body_id LIMIT 1',
  )
  return {
    insert: (bodyId, { size, digests }) => {
      insert.run(bodyId, size, digests)
    },
    find: bodyId => find.get(bodyId),
    remove: bodyId => remove.run(bodyId).changes > 0,
    findBodyFrom: from => first.get(from)?.body_id,
  }
}

/** The digests of the chunks of a body in order, 8 bytes each. */
export function digestList(digests: readonly number[]): Uint8Array {
  const list = Buffer.alloc(8 * digests.length)
  for (const [index, digest] of digests.entries()) list.writeDoubleLE(digest, 8 * index)
  return list
}

/** The digest of one chunk. NaN, which equals nothing: the list is too short. */
export function digestAt(list: Buffer, index: number): number {
  return 8 * index + 8 <= list.length ? list.readDoubleLE(8 * index) : Number.NaN
}

/** Whether a version or a part refers to a body. */
export function isBodyReferenced(db: Database): (bodyId: number) => boolean {
  const find = query<[number, number], unknown>(
    db,
    `SELECT 1 FROM object_versions WHERE body_id = ?
     UNION ALL SELECT 1 FROM parts WHERE body_id = ? LIMIT 1`,
  )
  return bodyId => find.get(bodyId, bodyId) !== undefined
}

/** An id above those of all bodies that exist or are referred to. Ids are a sequence of their own, not those of any table. */
export function firstFreeBodyId(db: Database, files: BodyFiles): number {
  const highest = query<[], { body: number | null; chunk: number | null; part: number | null; file: number | null }>(
    db,
    `SELECT (SELECT max(body_id) FROM object_versions WHERE body_id IS NOT NULL) AS body,
            (SELECT max(position) FROM body_chunks) AS chunk,
            (SELECT max(body_id) FROM parts) AS part,
            (SELECT max(body_id) FROM body_files) AS file`,
  ).get()
  const chunk = Math.floor((highest?.chunk ?? 0) / chunksPerBody)
  return Math.max(highest?.body ?? 0, chunk, highest?.part ?? 0, highest?.file ?? 0, files.highestId()) + 1
}
