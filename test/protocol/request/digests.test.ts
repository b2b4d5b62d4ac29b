import fc from 'fast-check'
import t from 'tap'
import { type CrcName, combineCrc, createDigests, type DigestName } from '../../../src/protocol/request/digests.ts'

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
const crcs: readonly CrcName[] = ['crc32', 'crc32c', 'crc64nvme']

function digest(name: DigestName, ...pieces: readonly Uint8Array[]): Uint8Array {
  const digests = createDigests([name])
  for (const piece of pieces) digests.update(piece)
  const value = digests.values()[name]
  if (!value) throw new Error(`no ${name}`)
  return value
}

/** Bit by bit, as the definition of a reflected CRC reads. */
function slowCrc(width: bigint, polynomial: bigint, bytes: Uint8Array): string {
  const ones = (1n << width) - 1n
  let crc = ones
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
  }
  return (crc ^ ones).toString(16).padStart(Number(width / 4n), '0')
}
const slow: Readonly<Record<CrcName, (bytes: Uint8Array) => string>> = {
  crc32: bytes => slowCrc(32n, 0xedb88320n, bytes),
  crc32c: bytes => slowCrc(32n, 0x82f63b78n, bytes),
  crc64nvme: bytes => slowCrc(64n, 0x9a6c9329ac4bc9b5n, bytes),
}

t.test('check values of the catalogues', async t => {
  const expected = {
    md5: '25f9e794323b453885f5181f1b624d0b',
    sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
    sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
    crc32: 'cbf43926',
    crc32c: 'e3069283',
    crc64nvme: 'ae8b14860a799888',
  }
  const digests = createDigests(['md5', 'sha1', 'sha256', 'crc32', 'crc32c', 'crc64nvme', 'md5'])
  digests.update(Buffer.from('1234'))
  digests.update(Buffer.from(''))
  digests.update(Buffer.from('56789'))
  const values = digests.values()
  t.strictSame(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hex(value)])), expected)
  t.equal(digests.values(), values, 'values may be asked for again')
  t.strictSame(Object.keys(createDigests(['sha1']).values()), ['sha1'], 'only what was asked for')
})

t.test('nothing at all', async t => {
  t.equal(hex(digest('crc32')), '00000000')
  t.equal(hex(digest('crc32c')), '00000000')
  t.equal(hex(digest('crc64nvme')), '0000000000000000')
  t.equal(hex(digest('md5')), 'd41d8cd98f00b204e9800998ecf8427e')
})

t.test('any bytes, at any alignment, in any pieces', async t => {
  const memory = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(memory, fc.nat(7), fc.nat(200), (bytes, shift, cut) => {
      const shifted = new Uint8Array(new ArrayBuffer(bytes.length + 8), shift, bytes.length)
      shifted.set(bytes)
      for (const name of crcs) {
        const expected = slow[name](bytes)
        if (hex(digest(name, shifted)) !== expected) return false
        if (hex(digest(name, shifted.subarray(0, cut), shifted.subarray(cut))) !== expected) return false
      }
      return true
    }),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('the CRC of two pieces from theirs', async t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) =>
      crcs.every(name => {
        const combined = combineCrc(name, digest(name, first), digest(name, second), second.length)
        return hex(combined) === hex(digest(name, first, second))
      }),
    ),
    { numRuns: 300 },
  )
  for (const name of crcs) {
    const [first, second] = [digest(name, Buffer.from('a')), digest(name, Buffer.from('b'))]
    t.equal(hex(combineCrc(name, first, digest(name), 0)), hex(first), `${name}: an empty second piece`)
    // Appending is associative, which reaches lengths no test can hash: a + (b + c) = (a + b) + c with c of 5 TiB.
    const huge = 5 * 2 ** 40
    const right = combineCrc(name, first, combineCrc(name, second, first, huge), huge + 1)
    const left = combineCrc(name, combineCrc(name, first, second, 1), first, huge)
    t.equal(hex(left), hex(right), `${name}: lengths beyond 32 bits`)
  }
  const zeros = Buffer.alloc(5 * 1024 * 1024 + 3)
  for (const name of crcs) {
    const one = digest(name, zeros)
    t.equal(hex(combineCrc(name, one, one, zeros.length)), hex(digest(name, zeros, zeros)), `${name}: a part of 5 MiB`)
  }
})
