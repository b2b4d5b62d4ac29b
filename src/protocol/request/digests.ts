import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { createCrc64Nvme } from './crc64nvme.ts'

/** Digests over streamed bytes. With what it imports, the one part of the toolkit that the store's writer thread may import. */
export type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'crc32' | 'crc32c' | 'crc64nvme'

/** Binary values; a CRC is big-endian. */
export type DigestValues = Readonly<Partial<Record<DigestName, Uint8Array>>>

export interface Digests {
  update(bytes: Uint8Array): void
  values(): DigestValues
}

/** The digests whose values of two pieces give the value of both together. */
export type CrcName = 'crc32' | 'crc32c' | 'crc64nvme'

interface Digest {
  update(bytes: Uint8Array): void
  value(): Uint8Array
}

const makers: { readonly [Name in DigestName]: () => Digest } = {
  md5: () => hashDigest('md5'),
  sha1: () => hashDigest('sha1'),
  sha256: () => hashDigest('sha256'),
  sha512: () => hashDigest('sha512'),
  crc32: crc32Digest,
  crc32c: crc32cDigest,
  crc64nvme: createCrc64Nvme,
}

/**
 * Computes the named digests side by side; a name given twice counts once. `update` reads the bytes before it returns and keeps no
 * reference to them. `values` ends the computation: it may be called again, `update` may not.
 */
export function createDigests(names: Iterable<DigestName>): Digests {
  const digests = [...new Set(names)].map(name => [name, makers[name]()] as const)
  let values: DigestValues | undefined
  return {
    update(bytes) {
      for (const [, digest] of digests) digest.update(bytes)
    },
    values() {
      values ??= Object.fromEntries(digests.map(([name, digest]) => [name, digest.value()]))
      return values
    },
  }
}

function hashDigest(algorithm: string): Digest {
  const hash = createHash(algorithm)
  return {
    update: bytes => {
      hash.update(bytes)
    },
    value: () => hash.digest(),
  }
}

function crc32Digest(): Digest {
  let crc = 0
  return {
    update: bytes => {
      crc = crc32(bytes, crc)
    },
    value: () => bigEndian(crc),
  }
}

// CRC-32C is a reflected CRC with all ones as initial value and as final XOR. Eight bytes are taken per step, each through a table of its
// own ("slicing by 8").

const crc32cPolynomial = 0x82f63b78

/** Words are read through a Int32Array, which has the byte order of the machine. */
const isLittleEndian = new Uint8Array(new Int32Array([1]).buffer)[0] === 1

/** Row n of a table (256 entries) moves a byte through the register over n further zero bytes. */
let crc32cTable: Int32Array | undefined

function crc32cDigest(): Digest {
  crc32cTable ??= makeTable()
  const table = crc32cTable
  let crc = -1
  return {
    update: bytes => {
      crc = updateCrc32c(table, crc, bytes)
    },
    value: () => bigEndian(~crc),
  }
}

function makeTable(): Int32Array {
  const table = new Int32Array(2048)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ crc32cPolynomial : crc >>> 1
    table[byte] = crc
  }
  for (let i = 256; i < 2048; i++) {
    const before = at(table, i - 256)
    table[i] = (before >>> 8) ^ at(table, before & 255)
  }
  return table
}

function updateCrc32c(table: Int32Array, start: number, bytes: Uint8Array): number {
  const { head, words, tail } = slice(bytes)
  let crc = start
  for (let i = 0; i < head; i++) crc = (crc >>> 8) ^ at(table, (crc ^ byteAt(bytes, i)) & 255)
  for (let i = 0; i < words.length; i += 2) {
    const a = at(words, i) ^ crc
    const b = at(words, i + 1)
    crc =
      at(table, 1792 + (a & 255)) ^
      at(table, 1536 + ((a >>> 8) & 255)) ^
      at(table, 1280 + ((a >>> 16) & 255)) ^
      at(table, 1024 + (a >>> 24)) ^
      at(table, 768 + (b & 255)) ^
      at(table, 512 + ((b >>> 8) & 255)) ^
      at(table, 256 + ((b >>> 16) & 255)) ^
      at(table, b >>> 24)
  }
  for (let i = tail; i < bytes.length; i++) crc = (crc >>> 8) ^ at(table, (crc ^ byteAt(bytes, i)) & 255)
  return crc
}

/** Cuts bytes into single ones up to a 4-byte boundary (`head` of them), pairs of words, and single ones from `tail` on. */
function slice(bytes: Uint8Array): { head: number; words: Int32Array; tail: number } {
  const head = isLittleEndian ? Math.min(-bytes.byteOffset & 3, bytes.length) : bytes.length
  const count = ((bytes.length - head) >>> 3) * 2
  const words = count === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + head, count)
  return { head, words, tail: head + count * 4 }
}

/** An element that is known to exist. Words and bytes have a function each, so that each sees one kind of array and is fast. */
function at(words: Int32Array, index: number): number {
  return words[index] as number
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number
}

function bigEndian(...words: number[]): Uint8Array {
  const bytes = Buffer.alloc(words.length * 4)
  words.forEach((word, i) => {
    bytes.writeUInt32BE(word >>> 0, i * 4)
  })
  return bytes
}

// Appending n bytes multiplies the register by x^(8n) modulo the polynomial; initial and final ones cancel out. So
// crc(A || B) = crc(A) * x^(8 * length(B)) + crc(B). Polynomials are kept reflected (the highest bit is x^0), 32-bit ones in `high`.

interface Polynomial {
  readonly high: number
  readonly low: number
}

interface Field {
  readonly width: 32 | 64
  readonly modulus: Polynomial
  /** Entry k is x^(2^k); grows on demand. */
  readonly powers: Polynomial[]
  /** The last x^(8n): parts of an upload mostly have one size. */
  last: { readonly length: number; readonly power: Polynomial } | undefined
}

const crc64nvmePolynomial = { high: 0x9a6c9329, low: 0xac4bc9b5 }

const x: Polynomial = { high: 0x40000000, low: 0 }
const field = (width: 32 | 64, modulus: Polynomial): Field => ({ width, modulus, powers: [x], last: undefined })

const fields: { readonly [Name in CrcName]: Field } = {
  crc32: field(32, { high: 0xedb88320, low: 0 }),
  crc32c: field(32, { high: crc32cPolynomial, low: 0 }),
  crc64nvme: field(64, crc64nvmePolynomial),
}

/**
 * The CRC of two pieces in sequence, from the CRC of each and the length of the second in bytes: the full-object checksum of a
 * multipart upload without reading its parts again. Values are big-endian, as in `DigestValues`.
 */
export function combineCrc(name: CrcName, first: Uint8Array, second: Uint8Array, secondLength: number): Uint8Array {
  const field = fields[name]
  if (field.last?.length !== secondLength)
    field.last = { length: secondLength, power: powerOfBytes(field, secondLength) }
  const moved = multiply(field, fromBytes(first), field.last.power)
  const other = fromBytes(second)
  const sum = { high: moved.high ^ other.high, low: moved.low ^ other.low }
  return field.width === 64 ? bigEndian(sum.high, sum.low) : bigEndian(sum.high)
}

function powerOfBytes(field: Field, length: number): Polynomial {
  let power: Polynomial = { high: 0x80000000, low: 0 }
  // Lengths exceed 32 bits, so they are halved by division. Bit k of the length stands for x^(2^(k + 3)).
  for (let rest = length, k = 3; rest > 0; rest = Math.floor(rest / 2), k++) {
    if (rest % 2 === 1) power = multiply(field, power, powerOfTwo(field, k))
  }
  return power
}

function powerOfTwo(field: Field, k: number): Polynomial {
  const known = field.powers[k]
  if (known) return known
  const root = powerOfTwo(field, k - 1)
  const square = multiply(field, root, root)
  field.powers[k] = square
  return square
}

function multiply({ width, modulus }: Field, a: Polynomial, b: Polynomial): Polynomial {
  let [high, low] = [0, 0]
  let { high: h, low: l } = b
  for (let bit = 0; bit < width; bit++) {
    const isSet = bit < 32 ? (a.high >>> (31 - bit)) & 1 : (a.low >>> (63 - bit)) & 1
    if (isSet) {
      high ^= h
      low ^= l
    }
    const carry = width === 64 ? l & 1 : h & 1
    l = width === 64 ? (l >>> 1) | (h << 31) : 0
    h >>>= 1
    if (carry) {
      h ^= modulus.high
      l ^= modulus.low
    }
  }
  return { high, low }
}

function fromBytes(bytes: Uint8Array): Polynomial {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { high: view.getUint32(0), low: bytes.byteLength > 4 ? view.getUint32(4) : 0 }
}
