import { createHash } from 'node:crypto'
import { type AwsError, errors } from '../errors.ts'
import type { HeaderPairs } from './headers.ts'

/*
 * The framing of aws-chunked bodies, beneath that of HTTP and without regard to its boundaries:
 *
 *   body       = *chunk last-chunk ( CRLF | trailers )
 *   chunk      = size [ signature ] CRLF size(OCTET) CRLF            size above 0
 *   last-chunk = 1*"0" [ signature ] CRLF
 *   size       = 1*16 HEXDIG
 *   signature  = ";chunk-signature=" 1*144( HEXDIG / "*" )           in signed modes, and there always
 *   trailers   = *( name ":" value [ LF ] CRLF )                     in trailer modes only
 *                [ "x-amz-trailer-signature:" signature CRLF ]       in signed trailer modes, last
 *                CRLF
 *
 * A LF before the CRLF of a trailer is what the API reference shows, and some clients send it. Nothing follows the last CRLF.
 * Source: API reference, "Signature Calculations: Transferring Payload in Multiple Chunks", with and without trailing headers.
 */

/** Judges the signatures of a chunked body in their order; each is linked with the one before. Throws SignatureDoesNotMatch. */
export interface ChunkVerifier {
  /** `sha256` is the digest of the chunk's bytes in hexadecimal; the last chunk is empty. */
  checkChunk(signature: string, sha256: string): void
  /** `sha256` is the digest of the trailers as `name:value LF` each. */
  checkTrailer(signature: string, sha256: string): void
}

export interface Framing {
  /** Length of all chunks together in bytes, as the client declared it. */
  readonly decodedLength: number
  readonly hasTrailer: boolean
  /** Set in signed modes. */
  readonly verifier: ChunkVerifier | undefined
}

const longestLine = 1_024
const mostTrailers = 16
/** Chunks of a signed body but the last must have this size. */
const smallestChunk = 8_192
/** Pieces below this size are gathered up to that one, so that what each costs further on does not grow with their number. */
const smallPiece = 1_024
const gatheredPiece = 16_384

/**
 * Decodes an aws-chunked body. The bytes of a chunk are passed on before its signature could be checked, so they count only when the
 * iteration has ended without an error. `onTrailers` gets the trailers, lower-case names, before the end.
 * Throws IncompleteBody (framing, or more or fewer bytes than declared), InvalidChunkSizeError, MalformedTrailerError and what the
 * verifier throws. Memory: one piece of the source and one line.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  framing: Framing,
  onTrailers: (trailers: HeaderPairs) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = byteReader(source)
  const gathered = gather()
  try {
    let remaining = framing.decodedLength
    let small: { readonly Chunk: string; readonly BadChunkSize: string } | undefined
    for (let number = 1; ; number++) {
      const { size, signature } = readChunkHeader(reader.lineAtHand() ?? (await reader.line()), framing)
      // The last chunk of data may be small, and only the next line tells whether it was the last.
      if (small && size > 0) throw errors.InvalidChunkSizeError(small)
      // ASSUMED: chunks without signatures may have any size, since clients send them as their source gives them.
      if (framing.verifier && size < smallestChunk) small = { Chunk: String(number), BadChunkSize: String(size) }
      if (size > remaining) throw incomplete()
      remaining -= size
      const hash = framing.verifier && createHash('sha256')
      for (let left = size; left > 0; ) {
        const piece = reader.takeAtHand(left) ?? (await reader.take(left))
        hash?.update(piece)
        left -= piece.length
        const isSmall = piece.length < smallPiece
        if (isSmall && gathered.add(piece)) continue
        if (gathered.length() > 0) yield gathered.release()
        if (!isSmall || !gathered.add(piece)) yield piece
      }
      if (size > 0 && (reader.lineAtHand() ?? (await reader.line())) !== '') throw incomplete()
      if (hash) framing.verifier?.checkChunk(signature, hash.digest('hex'))
      if (size === 0) break
    }
    if (gathered.length() > 0) yield gathered.release()
    if (remaining > 0) throw incomplete()
    if (framing.hasTrailer) onTrailers(await readTrailers(reader, framing.verifier))
    else if ((await reader.line()) !== '') throw incomplete()
    if (!(await reader.isAtEnd())) throw incomplete()
  } finally {
    await reader.close()
  }
}

function incomplete(): AwsError {
  return errors.IncompleteBody()
}

function readChunkHeader(line: string, framing: Framing): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f*]{1,144}))?$/.exec(line)
  const [, digits, signature] = match ?? []
  if (digits === undefined || (signature !== undefined && framing.verifier === undefined)) throw incomplete()
  // A missing signature is one that cannot match. Beyond 2^53 a size is inexact, and too large all the same.
  return { size: Number.parseInt(digits, 16), signature: signature ?? '' }
}

async function readTrailers(reader: ByteReader, verifier: ChunkVerifier | undefined): Promise<HeaderPairs> {
  const trailers: [name: string, value: string][] = []
  let signature: string | undefined
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const trailer = readTrailer(line)
    const isSignature = trailer[0] === 'x-amz-trailer-signature'
    const isRepeated = trailers.some(([name]) => name === trailer[0])
    if (signature !== undefined || isRepeated || trailers.length >= mostTrailers || (isSignature && !verifier)) {
      throw errors.MalformedTrailerError()
    }
    if (isSignature) signature = trailer[1]
    else trailers.push(trailer)
  }
  if (!verifier) return trailers
  if (signature === undefined) throw errors.MalformedTrailerError()
  const signed = trailers.map(([name, value]) => `${name}:${value}\n`).join('')
  verifier.checkTrailer(signature, createHash('sha256').update(signed, 'latin1').digest('hex'))
  return trailers
}

function readTrailer(line: string): [name: string, value: string] {
  const match = /^([A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}):([^\r\n]*)\n?$/.exec(line)
  const [, name, value] = match ?? []
  if (name === undefined || value === undefined) throw errors.MalformedTrailerError()
  return [name.toLowerCase(), value.trim()]
}

/** Lines and pieces out of a stream of bytes. */
interface ByteReader {
  /** The text up to the next CRLF, one character per byte. Throws IncompleteBody at the end of the stream and for a long line. */
  line(): Promise<string>
  /** The same without waiting; undefined where the line is not there as a whole. */
  lineAtHand(): string | undefined
  /** At least one byte and at most `limit`. Throws IncompleteBody at the end of the stream. */
  take(limit: number): Promise<Uint8Array>
  /** The same without waiting; undefined where no byte is there. */
  takeAtHand(limit: number): Uint8Array | undefined
  isAtEnd(): Promise<boolean>
  /** Gives the source up, read to its end or not. */
  close(): Promise<void>
}

function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  let piece: Buffer = Buffer.alloc(0)

  /** Makes `piece` hold a byte at least; false at the end of the stream. */
  async function fill(): Promise<boolean> {
    while (piece.length === 0) {
      const next = await iterator.next()
      if (next.done) return false
      piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    }
    return true
  }

  function cut(limit: number): Uint8Array {
    const taken = piece.subarray(0, limit)
    piece = piece.subarray(taken.length)
    return taken
  }

  return {
    async line() {
      let line = ''
      while (!line.endsWith('\r\n')) {
        if (line.length > longestLine || !(await fill())) throw incomplete()
        const lineFeed = piece.indexOf(0x0a)
        const end = Math.min(lineFeed < 0 ? piece.length : lineFeed + 1, longestLine + 1)
        line += piece.toString('latin1', 0, end)
        piece = piece.subarray(end)
      }
      return line.slice(0, -2)
    },
    lineAtHand() {
      const lineFeed = piece.indexOf(0x0a)
      if (lineFeed < 1 || lineFeed > longestLine || piece[lineFeed - 1] !== 0x0d) return undefined
      const line = piece.toString('latin1', 0, lineFeed - 1)
      piece = piece.subarray(lineFeed + 1)
      return line
    },
    async take(limit) {
      if (!(await fill())) throw incomplete()
      return cut(limit)
    },
    takeAtHand: limit => (piece.length > 0 ? cut(limit) : undefined),
    isAtEnd: async () => !(await fill()),
    async close() {
      await iterator.return?.()
    },
  }
}

/** Puts small pieces together. */
function gather() {
  let bytes = Buffer.alloc(0)
  let length = 0
  return {
    length: () => length,
    /** False: there is no room for it. */
    add(piece: Uint8Array): boolean {
      if (bytes.length === 0) bytes = Buffer.allocUnsafe(gatheredPiece)
      if (length + piece.length > bytes.length) return false
      bytes.set(piece, length)
      length += piece.length
      return true
    },
    /** What was gathered; the next goes elsewhere. */
    release(): Uint8Array {
      const released = bytes.subarray(0, length)
      bytes = Buffer.alloc(0)
      length = 0
      return released
    },
  }
}
