import { errors } from '../errors.ts'

/*
 * multipart/form-data as a stream (RFC 7578, RFC 2046 5.1), one part after the other:
 *
 *   body       = [ preamble CRLF ] delimiter *( CRLF part CRLF delimiter ) "--" [ epilogue ]
 *   delimiter  = "--" boundary [ blanks ]
 *   part       = *( header CRLF ) CRLF content
 *
 * S3 reads the fields before `file` and nothing after it; all of them together, boundaries included, may have 20 kB.
 */

/** A form up to its file, whose bytes are still to be read. */
export interface MultipartForm {
  /** The fields before the file, in their order, names as sent. Text is UTF-8. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** File name of the part `file`, as sent; undefined when the part has none. */
  readonly filename: string | undefined
  /** Bytes of the body up to the first one of the file. */
  readonly offset: number
  /**
   * The bytes of the file, once. Throws MalformedPOSTRequest when the form is not complete, InvalidArgument when a second file follows,
   * and what the source throws.
   */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>
  /** Gives the source up, read to its end or not. */
  close(): Promise<void>
}

/** Largest form without its file, in bytes. Source: API reference, "POST Object". */
const maxPreDataBytes = 20 * 1024
/** Names are compared without regard to case. */
const fileField = 'file'

const crlf = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

/**
 * Reads a form up to its file. Throws MalformedPOSTRequest, MaxPostPreDataLengthExceeded, and InvalidArgument for a form without a
 * file. Memory: the fields, one piece of the source and one boundary.
 */
export async function openMultipartForm(source: AsyncIterable<Uint8Array>, boundary: string): Promise<MultipartForm> {
  const scanner = scan(source)
  try {
    return await readFields(scanner, Buffer.from(`\r\n--${boundary}`, 'latin1'))
  } catch (error) {
    await scanner.close()
    throw error
  }
}

async function readFields(scanner: Scanner, delimiter: Buffer): Promise<MultipartForm> {
  const fields: [name: string, value: string][] = []
  let room = maxPreDataBytes
  const collect = async (end: Buffer) => {
    const bytes = await collectUntil(scanner, end, room)
    room -= bytes.length + end.length
    if (room < 0) throw errors.MaxPostPreDataLengthExceeded()
    return bytes
  }
  // What stands before the first boundary says nothing.
  await collect(delimiter)
  while (!(await isLastBoundary(scanner))) {
    const head = readHead(await collect(headEnd))
    if (head.name.toLowerCase() === fileField) {
      const chunks = () => readFile(scanner, delimiter)
      return { fields, filename: head.filename, offset: scanner.taken(), chunks, close: () => scanner.close() }
    }
    fields.push([head.name, (await collect(delimiter)).toString('utf8')])
  }
  throw wrongFileCount(0)
}

/** The bytes of the file, then the rest of the form, which must be one, but has no effect. */
async function* readFile(scanner: Scanner, delimiter: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  yield* scanner.until(delimiter)
  while (!(await isLastBoundary(scanner))) {
    const head = readHead(await collectUntil(scanner, headEnd, maxPreDataBytes))
    // ASSUMED: fields after the file are ignored, but a second file is refused; storing one of two would hide a mistake.
    if (head.name.toLowerCase() === fileField) throw wrongFileCount(2)
    for await (const _ of scanner.until(delimiter));
  }
  await scanner.drain()
}

/** From memory of the service; the code is the one it answers, not the one of its list. */
function wrongFileCount(count: number) {
  return errors.InvalidArgument({
    Message: 'POST requires exactly one file upload per request.',
    ArgumentName: 'file',
    ArgumentValue: String(count),
  })
}

/** After a boundary: `--` ends the form; CRLF, with blanks before it, begins a part and is left for its head. */
async function isLastBoundary(scanner: Scanner): Promise<boolean> {
  for (let blanks = 0; blanks < 64; blanks++) {
    const two = await scanner.peek(2)
    if (two === '--') return true
    if (two === '\r\n') return false
    if (two[0] !== ' ' && two[0] !== '\t') break
    scanner.skip(1)
  }
  throw errors.MalformedPOSTRequest()
}

async function collectUntil(scanner: Scanner, end: Buffer, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of scanner.until(end)) {
    length += piece.length
    if (length > limit) throw errors.MaxPostPreDataLengthExceeded()
    pieces.push(piece)
  }
  return Buffer.concat(pieces, length)
}

interface Head {
  readonly name: string
  readonly filename: string | undefined
}

/** The header lines of a part. Only Content-Disposition has a meaning: S3 takes the type of the object from a field. */
function readHead(bytes: Buffer): Head {
  let disposition: string | undefined
  for (const line of bytes.toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'content-disposition') disposition ??= value
    // ASSUMED: an encoding that would have to be undone is refused (RFC 7578 4.7 knows none).
    if (name === 'content-transfer-encoding' && !/^(7bit|8bit|binary)$/i.test(value))
      throw errors.MalformedPOSTRequest()
  }
  const parameters = readParameters(disposition ?? '')
  const name = parameters.get('name')
  if (parameters.get('') !== 'form-data' || name === undefined) throw errors.MalformedPOSTRequest()
  return { name, filename: parameters.get('filename') }
}

/** True for the media type of forms, with whichever parameters. */
export function isFormData(contentType: string | undefined): boolean {
  return readParameters(contentType ?? '').get('') === 'multipart/form-data'
}

/** The boundary that a Content-Type names. Throws MalformedPOSTRequest for one that is missing or longer than RFC 2046 allows. */
export function boundaryOf(contentType: string): string {
  const boundary = readParameters(contentType).get('boundary')
  if (boundary !== undefined && /^[\x20-\x7e]{1,70}$/.test(boundary) && !boundary.endsWith(' ')) return boundary
  throw errors.MalformedPOSTRequest(
    {},
    { hint: 'The Content-Type of a form names its boundary: multipart/form-data; boundary=...' },
  )
}

/**
 * `value; name=token; name="quoted"` by lower-case name, the value itself under ''; the first of a name counts. In quotes a backslash
 * escapes a quote or a backslash and is itself otherwise: browsers have sent whole Windows paths.
 */
function readParameters(text: string): ReadonlyMap<string, string> {
  const semicolon = text.indexOf(';')
  const first = semicolon < 0 ? text : text.slice(0, semicolon)
  const parameters = new Map([['', first.trim().toLowerCase()]])
  let at = semicolon < 0 ? text.length : semicolon + 1
  for (let equals = -1; at < text.length; ) {
    if (equals < at) equals = text.indexOf('=', at)
    if (equals < 0) break
    const stray = text.indexOf(';', at)
    if (stray >= 0 && stray < equals) {
      at = stray + 1
      continue
    }
    const name = text.slice(at, equals).trim().toLowerCase()
    let from = equals + 1
    while (text[from] === ' ' || text[from] === '\t') from++
    const { value, end } = text[from] === '"' ? readQuoted(text, from + 1) : readToken(text, from)
    if (!parameters.has(name)) parameters.set(name, value)
    const next = text.indexOf(';', end)
    at = next < 0 ? text.length : next + 1
  }
  return parameters
}

function readToken(text: string, from: number): { value: string; end: number } {
  const semicolon = text.indexOf(';', from)
  const end = semicolon < 0 ? text.length : semicolon
  return { value: text.slice(from, end).trim(), end }
}

function readQuoted(text: string, from: number): { value: string; end: number } {
  let value = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? ''
    const next = text[at + 1]
    if (character === '"') return { value, end: at + 1 }
    const escapes = character === '\\' && (next === '"' || next === '\\')
    if (escapes) at++
    value += escapes ? next : character
  }
  return { value, end: text.length }
}

/** A stream of bytes that is searched for what ends the next part of it. */
interface Scanner {
  /** The bytes before the next `end`, piece by piece; `end` is taken too. Throws MalformedPOSTRequest when the stream ends first. */
  until(end: Buffer): AsyncGenerator<Uint8Array, void, undefined>
  /** The next bytes, not taken, as text. Throws the same. */
  peek(count: number): Promise<string>
  skip(count: number): void
  /** How many bytes of the source have been taken. */
  taken(): number
  /** Reads to the end. */
  drain(): Promise<void>
  /** Gives the source up. */
  close(): Promise<void>
}

function scan(source: AsyncIterable<Uint8Array>): Scanner {
  const iterator = source[Symbol.asyncIterator]()
  // The first boundary has no CRLF before it, unless a preamble ends there.
  let held: Buffer = crlf
  let takenBytes = -crlf.length

  async function fill(): Promise<void> {
    const next = await iterator.next()
    if (next.done) throw errors.MalformedPOSTRequest()
    const piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    held = held.length === 0 ? piece : Buffer.concat([held, piece])
  }

  function take(count: number): Buffer {
    const piece = held.subarray(0, count)
    held = held.subarray(count)
    takenBytes += piece.length
    return piece
  }

  return {
    async *until(end) {
      for (;;) {
        const found = held.indexOf(end)
        // The last bytes may be the beginning of `end`.
        const count = found < 0 ? held.length - end.length + 1 : found
        if (count > 0) yield take(count)
        if (found >= 0) {
          take(end.length)
          return
        }
        await fill()
      }
    },
    async peek(count) {
      while (held.length < count) await fill()
      return held.toString('latin1', 0, count)
    },
    skip: count => void take(count),
    taken: () => takenBytes,
    async drain() {
      held = Buffer.alloc(0)
      while (!(await iterator.next()).done);
    },
    async close() {
      await iterator.return?.()
    },
  }
}
