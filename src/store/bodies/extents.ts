import { Damage } from '../damage.ts'
import type { Database } from '../database.ts'
import { blockDigest } from './block-digest.ts'
import type { BodyFiles } from './files.ts'
import { chunkBytes, chunkStatements, digestAt, fileStatements, inlineBytes } from './rows.ts'

/** A stretch of one body: from `start` to before `end`. */
export interface Extent {
  readonly bodyId: number
  readonly start: number
  readonly end: number
  /** Of the whole body, as the row says that refers to it. */
  readonly size: number
  /** What that row keeps of the bytes; null: it is of before there were digests. */
  readonly digest: number | null
}

/** Pieces below this size are joined: ten thousand parts of a kilobyte would cost ten thousand turns. */
const smallPiece = chunkBytes / 4

/** Buffers kept for reuse: fresh ones keep the garbage collector as busy as the rest. */
const spareBuffers = 16

/** Reads bodies outside of their rows. */
export interface ExtentReader {
  /** The bytes in pieces of at most 256 KiB, each checked before it is given. Throws Damage. */
  pieces(extents: Iterable<Extent>): Generator<Uint8Array, void, undefined>
  /** Takes the memory of a piece for a later one. */
  reuse(piece: Uint8Array): void
}

/** Throws Damage for bytes that are not those of the digest. */
export function requireDigest(bytes: Uint8Array, digest: number | null | undefined): void {
  if (digest !== null && blockDigest(bytes) !== digest) throw new Damage('its bytes are not those that were written')
}

export function createExtentReader(db: Database, files: BodyFiles): ExtentReader {
  const rows = chunkStatements(db)
  const fileRows = fileStatements(db)
  const spare: Buffer[] = []

  function* pieces(extent: Extent): Generator<Uint8Array, void, undefined> {
    const file = fileRows.find(extent.bodyId)
    if (!file) return yield* piecesOfRows(extent)
    if (file.size !== extent.size) throw new Damage('its bytes have another length')
    requireDigest(file.digests, extent.digest)
    yield* piecesOfFile(extent, file.digests)
  }

  /** Small bodies are one row, always. There may be ten thousand of them in an object, so they have a way of their own. */
  function smallBody({ bodyId, start, end, size, digest }: Extent): readonly Uint8Array[] {
    const bytes = rows.find(bodyId, 0)
    if (bytes?.length !== size) throw new Damage('its bytes have another length')
    requireDigest(bytes, digest)
    return [bytes.subarray(start, end)]
  }

  /** Of several chunks only bodies of before there were digests are rows. */
  function* piecesOfRows(extent: Extent): Generator<Uint8Array, void, undefined> {
    for (const { index, length, from, to } of chunksOf(extent)) {
      const chunk = rows.find(extent.bodyId, index)
      if (chunk?.length !== length) throw new Damage('some of its bytes are gone')
      requireDigest(chunk, extent.digest)
      yield chunk.subarray(from, to)
    }
  }

  function* piecesOfFile(extent: Extent, digests: Buffer): Generator<Uint8Array, void, undefined> {
    const file = files.open(extent.bodyId)
    if (!file) throw new Damage('its file is gone')
    try {
      for (const { index, length, from, to } of chunksOf(extent)) {
        const chunk = (spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)).subarray(0, length)
        if (file.read(chunk, index * chunkBytes) < length) throw new Damage('its file was cut')
        requireDigest(chunk, digestAt(digests, index))
        yield chunk.subarray(from, to)
      }
    } finally {
      file.close()
    }
  }

  return {
    reuse({ buffer }) {
      if (buffer.byteLength === chunkBytes && spare.length < spareBuffers)
        spare.push(Buffer.from(buffer as ArrayBuffer))
    },
    *pieces(extents) {
      let small: Uint8Array[] = []
      let length = 0
      for (const extent of extents) {
        for (const piece of extent.size <= inlineBytes ? smallBody(extent) : pieces(extent)) {
          if (small.length > 0 && length + piece.length > chunkBytes) {
            yield Buffer.concat(small, length)
            small = []
            length = 0
          }
          if (small.length === 0 && piece.length >= smallPiece) yield piece
          else {
            small.push(piece)
            length += piece.length
          }
        }
      }
      if (small.length > 0) yield Buffer.concat(small, length)
    },
  }
}

interface Chunk {
  readonly index: number
  /** What it must have. */
  readonly length: number
  /** The stretch of it that is wanted. */
  readonly from: number
  readonly to: number
}

function* chunksOf({ start, end, size }: Extent): Generator<Chunk, void, undefined> {
  for (let at = start; at < end; ) {
    const index = Math.floor(at / chunkBytes)
    const first = index * chunkBytes
    const length = Math.min(chunkBytes, size - first)
    const to = Math.min(length, end - first)
    yield { index, length, from: at - first, to }
    at = first + to
  }
}
