import { setImmediate as nextTurn } from 'node:timers/promises'
import { chunkBytes, chunkStatements } from './body-rows.ts'
import { type Database, query } from './database.ts'
import type { Bodies } from './store.ts'

/** Reads bodies, and keeps those that are being read from being deleted. */
export interface BodyReader {
  readonly read: Bodies['read']
  /** No row refers to these bodies any more: they are deleted as soon as nobody reads them. */
  released(bodyIds: readonly number[]): void
}

/** A stretch of one chunked body: from `start` to before `end`. */
interface Extent {
  readonly bodyId: number
  readonly start: number
  readonly end: number
}

interface ContentRow {
  readonly size: number
  readonly body: Buffer | null
  readonly body_id: number | null
  readonly manifest_id: number | null
}

/** `deleteBodies` is called with released bodies once nobody reads them. */
export function createBodyReader(db: Database, deleteBodies: (bodyIds: readonly number[]) => void): BodyReader {
  const content = query<[number], ContentRow>(
    db,
    'SELECT size, body, body_id, manifest_id FROM object_versions WHERE id = ? AND is_delete_marker = 0',
  )
  const parts = query<[number, number, number], { body_id: number; start: number; size: number }>(
    db,
    `SELECT body_id, start, size FROM parts WHERE manifest_id = ? AND start < ? AND start + size > ? AND size > 0 ORDER BY start`,
  )
  const chunks = chunkStatements(db)
  const readers = createReaderCounts(deleteBodies)

  /** The stretches that make up bytes `start` to before `end` of a version. */
  function extentsOf(row: ContentRow, start: number, end: number): Extent[] {
    if (row.body_id !== null) return [{ bodyId: row.body_id, start, end }]
    return parts.all(row.manifest_id ?? 0, end, start).map(part => ({
      bodyId: part.body_id,
      start: Math.max(0, start - part.start),
      end: Math.min(part.size, end - part.start),
    }))
  }

  return {
    released: readers.released,
    read(version, range) {
      const row = content.get(version.id)
      if (!row) throw new Error(`version ${version.versionId} is gone`)
      const start = range?.start ?? 0
      const end = range ? range.end + 1 : row.size
      if (start < 0 || start > end || end > row.size) throw new RangeError(`bytes ${start}-${end - 1} of ${row.size}`)
      if (row.body) return whole(row.body.subarray(start, end))
      const extents = extentsOf(row, start, end)
      return iterable(piecesOf(extents, chunks.find), readers.hold(extents.map(({ bodyId }) => bodyId)))
    },
  }
}

function* piecesOf(extents: readonly Extent[], find: (bodyId: number, index: number) => Buffer | undefined) {
  for (const { bodyId, start, end } of extents) {
    for (let at = start; at < end; ) {
      const index = Math.floor(at / chunkBytes)
      const offset = at - index * chunkBytes
      const piece = find(bodyId, index)?.subarray(offset, offset + end - at)
      if (!piece?.length) throw new Error(`body ${bodyId} is gone`)
      yield piece
      at += piece.length
    }
  }
}

/**
 * One piece per turn of the event loop: on loopback the receiver takes a piece at once, so without the turn one fast reader would keep
 * everybody else waiting. Written out, because the `finally` of a generator that was never started does not run.
 */
function iterable(pieces: Iterator<Buffer>, release: () => void): AsyncIterable<Uint8Array> {
  let isFirst = true
  let isEnded = false
  const end = (): IteratorReturnResult<undefined> => {
    if (!isEnded) release()
    isEnded = true
    return { done: true, value: undefined }
  }
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      if (!isFirst) await nextTurn()
      isFirst = false
      if (isEnded) return end()
      try {
        const piece = pieces.next()
        return piece.done ? end() : piece
      } catch (error) {
        end()
        throw error
      }
    },
    return: async () => end(),
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes
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
