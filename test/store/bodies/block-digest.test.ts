import fc from 'fast-check'
import t from 'tap'
import { blockDigest } from '../../../src/store/bodies/block-digest.ts'

/** As the definition reads: sums of words and sums of sums by lane, then mixed. */
function slowDigest(bytes: Uint8Array): number {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 64) * 64)
  padded.set(bytes)
  const sums = [0n, 0n, 0n, 0n]
  const sumsOfSums = [0n, 0n, 0n, 0n]
  for (let at = 0; at < padded.length; at += 4) {
    const lane = (at / 4) % 4
    sums[lane] = (sums[lane] ?? 0n) + BigInt(padded.readUInt32LE(at))
    sumsOfSums[lane] = (sumsOfSums[lane] ?? 0n) + (sums[lane] ?? 0n)
  }
  const totals = [0, 2].flatMap(pair => [sums, sumsOfSums].flatMap(of => [of[pair] ?? 0n, of[pair + 1] ?? 0n]))
  const mixed = totals.reduce((sum, total) => BigInt.asUintN(64, (sum + total) * 0x9e3779b97f4a7c15n), 0n)
  return Number(mixed >> 11n)
}

t.test('the digest is what its definition says, for any bytes of any length', async t => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => blockDigest(bytes) === slowDigest(bytes)))
  const longest = Buffer.alloc(262_144, 255)
  t.equal(blockDigest(longest), slowDigest(longest), 'no sum overflows')
  t.ok(Number.isSafeInteger(blockDigest(longest)))
  t.equal(blockDigest(Buffer.alloc(0)), 0)
  t.throws(() => blockDigest(Buffer.alloc(262_145)), RangeError)
})

t.test('any one or two changed bits show, and words that change places', async t => {
  const block = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) >> 3))
  const bit = fc.nat(8 * block.length - 1)
  const flip = (bytes: Buffer, at: number) => bytes.writeUInt8(bytes.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3)
  const digest = blockDigest(block)
  fc.assert(
    fc.property(bit, bit, (one, other) => {
      const changed = Buffer.from(block)
      flip(changed, one)
      if (blockDigest(changed) === digest) return false
      flip(changed, other)
      return (blockDigest(changed) === digest) === (one === other)
    }),
    { numRuns: 2000 },
  )
  for (const distance of [4, 8, 12, 16, 64]) {
    const swapped = Buffer.from(block)
    block.copy(swapped, 0, distance, distance + 4)
    block.copy(swapped, distance, 0, 4)
    t.not(blockDigest(swapped), digest, `${distance} bytes apart`)
  }
})
