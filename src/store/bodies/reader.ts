import { setImmediate as nextTurn } from 'node:timers/promises'
import { Damage, DamagedBodyError } from '../damage.ts'
import { type Database, query } from '../database.ts'
import type { ObjectVersion } from '../rows.ts'
import type { Bodies, ByteStream } from './body.ts'
import { createExtentReader, type Extent, requireDigest } from './extents.ts'
import type { BodyFiles } from './files.ts'

/** Reads bodies, and keeps those that are being read from being deleted. */
export interface BodyReader {
  readonly read: Bodies['read']
  /** No row refers to these bodies any more: they are deleted as soon as nobody reads them. */
  released(bodyIds: readonly number[]): void
}

interface ContentRow {
  readonly bucket_id: number
  readonly key: string
  readonly version_id: string
  readonly size: number
  readonly body: Buffer | null
  readonly body_id: number | null
  readonly manifest_id: number | null
  readonly digest: number | null
}

type PartRow = readonly [bodyId: number, start: number, size: number, digest: number | null]

/** `deleteBodies` is called with released bodies once nobody reads them. */
export function createBodyReader(
  db: Database,
  files: BodyFiles,
  deleteBodies: (bodyIds: readonly number[]) => void,
): BodyReader {
  const content = query<[number], ContentRow>(
    db,
    `SELECT bucket_id, key, version_id, size, body, body_id, manifest_id, digest
     FROM object_versions WHERE id = ? AND is_delete_marker = 0`,
  )
  const parts = query<[number, number, number], PartRow>(
    db,
    `SELECT body_id, start, size, digest FROM parts
     WHERE manifest_id = ? AND start < ? AND start + size > ? AND size > 0 ORDER BY start`,
    { raw: true },
  )
  const length = query<[number], { size: number }>(
    db,
    `SELECT start + size AS size FROM parts WHERE manifest_id = ? AND start IS NOT NULL ORDER BY start DESC, part_number DESC LIMIT 1`,
  )
  const bucketName = query<[number], { name: string }>(db, 'SELECT name FROM buckets WHERE id = ?')
  const extents = createExtentReader(db, files)
  const readers = createReaderCounts(deleteBodies)

  function findContent(version: ObjectVersion): ContentRow {
    const row = content.get(version.id)
    if (!row) throw new Error(`version ${version.versionId} is gone`)
    const { bucketId, key, versionId, size } = version
    // The row that an index led to is not always the row that the index should have led to.
    if (row.bucket_id !== bucketId || row.key !== key || row.version_id !== versionId || row.size !== size) {
      throw new Damage('its row is that of another version')
    }
    return row
  }

  /** The stretches that make up bytes `start` to before `end` of a version. */
  function extentsOf(row: ContentRow, start: number, end: number): Extent[] {
    const { body_id, manifest_id, size, digest } = row
    if (body_id !== null) return [{ bodyId: body_id, start, end, size, digest }]
    const manifest = manifest_id ?? 0
    if (digest !== null && digest !== manifest) throw new Damage('its parts are those of another version')
    if (length.get(manifest)?.size !== size) throw new Damage('its parts have another length')
    const found = parts.all(manifest, end, start)
    let next = found[0]?.[1] ?? end
    const stretches = found.map(([bodyId, at, partSize, partDigest]) => {
      if (at !== next) throw new Damage('its parts do not follow one another')
      next += partSize
      const stretch = { start: Math.max(0, start - at), end: Math.min(partSize, end - at) }
      return { bodyId, ...stretch, size: partSize, digest: partDigest }
    })
    if (next < end) throw new Damage('its parts do not follow one another')
    return stretches
  }

  function open(version: ObjectVersion, range: Range | undefined): ByteStream {
    const row = findContent(version)
    const start = range?.start ?? 0
    const end = range ? range.end + 1 : row.size
    if (start < 0 || start > end || end > row.size) throw new RangeError(`bytes ${start}-${end - 1} of ${row.size}`)
    if (row.body) {
      if (row.body.length !== row.size) throw new Damage('its bytes have another length')
      requireDigest(row.body, row.digest)
      return new InlineBody(row.body.subarray(start, end))
    }
    const stretches = extentsOf(row, start, end)
    const release = readers.hold(stretches.map(({ bodyId }) => bodyId))
    const pieces = iterable(extents.pieces(stretches), { release, faultOf: error => faultOf(version, error) })
    return { ...pieces, reuse: extents.reuse }
  }

  /** What has happened, with the name of the version. */
  function faultOf({ bucketId, key, versionId }: ObjectVersion, error: unknown): unknown {
    if (!(error instanceof Damage)) return error
    return new DamagedBodyError({ bucket: bucketName.get(bucketId)?.name ?? '', key, versionId }, error)
  }

  return {
    released: readers.released,
    read(version, range) {
      try {
        return open(version, range)
      } catch (error) {
        throw faultOf(version, error)
      }
    },
  }
}

type Range = NonNullable<Parameters<Bodies['read']>[1]>

/**
 * One piece per turn of the event loop: on loopback the receiver takes a piece at once, so without the turn one fast reader would keep
 * everybody else waiting. The first is read now, so that damage there is an answer and not a broken connection. Written out, because the
 * `finally` of a generator that was never started does not run.
 */
function iterable(
  pieces: Iterator<Uint8Array, void>,
  { release, faultOf }: { readonly release: () => void; readonly faultOf: (error: unknown) => unknown },
): AsyncIterable<Uint8Array> {
  let isEnded = false
  const end = (): IteratorReturnResult<undefined> => {
    if (!isEnded) {
      isEnded = true
      pieces.return?.()
      release()
    }
    return { done: true, value: undefined }
  }
  const take = (): IteratorResult<Uint8Array, undefined> => {
    try {
      const piece = pieces.next()
      return piece.done ? end() : piece
    } catch (error) {
      end()
      throw faultOf(error)
    }
  }
  let first: IteratorResult<Uint8Array, undefined> | undefined = take()
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      if (first) {
        const piece = first
        first = undefined
        return isEnded ? end() : piece
      }
      await nextTurn()
      return isEnded ? end() : take()
    },
    return: async () => end(),
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

/** A small body, which is there as a whole. */
class InlineBody implements ByteStream {
  readonly whole: Uint8Array

  constructor(whole: Uint8Array) {
    this.whole = whole
  }

  async *[Symbol.asyncIterator]() {
    if (this.whole.length > 0) yield this.whole
  }
}

function createReaderCounts(deleteBodies: (bodyIds: readonly number[]) => void) {
  const counts = new Map<number, number>()
  const waiting = new Set<number>()

  function leave(bodyId: number): boolean {
    const rest = (counts.get(bodyId) ?? 0) - 1
    if (rest > 0) counts.set(bodyId, rest)
    else counts.delete(bodyId)
    return rest <= 0 && waiting.delete(bodyId)
  }

  return {
    /** Returns the function that ends it. */
    hold(bodyIds: readonly number[]): () => void {
      for (const bodyId of bodyIds) counts.set(bodyId, (counts.get(bodyId) ?? 0) + 1)
      return () => {
        const deletable = bodyIds.filter(leave)
        if (deletable.length > 0) deleteBodies(deletable)
      }
    },
    released(bodyIds: readonly number[]): void {
      const deletable: number[] = []
      for (const bodyId of bodyIds) {
        if (counts.has(bodyId)) waiting.add(bodyId)
        else deletable.push(bodyId)
      }
      if (deletable.length > 0) deleteBodies(deletable)
    },
  }
}
