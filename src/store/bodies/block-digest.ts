import { assemble, type Code, get, i32, i64, loopUntil, pageBytes, set, tee, v128 } from '../../protocol/wasm-module.ts'

/** The longest block, in bytes. */
const longest = 4 * pageBytes
/** Bytes per round; a shorter rest is filled up with zeros, so the digest says nothing about the length. */
const stride = 64

// (func (param $at i32) (param $end i32) (result f64) (local $words v128) (local $sum0 v128) (local $sums0 v128) ...
const [at, end, words] = [0, 1, 2]
const pairs = [
  { sum: 3, sums: 4, take: v128.extendLow },
  { sum: 5, sums: 6, take: v128.extendHigh },
] as const

/** Adds four words of 32 bits, each to the sum of its lane, and that to the sum of its sums. */
function addWords(offset: number): Code {
  return [
    ...[...get(at), ...v128.load(offset), ...set(words)],
    ...pairs.flatMap(({ sum, sums, take }) => [
      ...[...get(words), ...take, ...get(sum), ...v128.add, ...tee(sum)],
      ...[...get(sums), ...v128.add, ...set(sums)],
    ]),
  ]
}

/** An odd number without a pattern, from the golden ratio. */
const multiplier = BigInt.asIntN(64, 0x9e3779b97f4a7c15n)

/** ((sum * m + sums) * m + ...), so that no two lanes can change places; of that the upper 53 bits, as a number that is exact. */
function mix(): Code {
  const totals = pairs.flatMap(({ sum, sums }) =>
    [sum, sums].flatMap(vector => [0, 1].map(lane => [...get(vector), ...v128.lane(lane as 0 | 1)])),
  )
  const mixed = totals.flatMap(total => [...total, ...i64.add, ...i64.const(multiplier), ...i64.multiply])
  return [...i64.const(0n), ...mixed, ...i64.const(11n), ...i64.shiftRight, ...i64.toFloat]
}

type Kernel = ReturnType<typeof load>

function load() {
  return assemble<(at: number, end: number) => number>({
    pages: longest / pageBytes,
    parameters: ['i32', 'i32'],
    result: 'f64',
    locals: ['v128', 'v128', 'v128', 'v128', 'v128'],
    code: [
      ...loopUntil(
        [...get(at), ...get(end), ...i32.atLeast],
        [0, 16, 32, 48].flatMap(addWords).concat([...get(at), ...i32.const(stride), ...i32.add, ...set(at)]),
      ),
      ...mix(),
    ],
  })
}

let kernel: Kernel | undefined

/**
 * What is kept of a block of at most 256 KiB to know it again: a number below 2^53. Fletcher's checksum over words of 32 bits, with sums of
 * 64 bits that do not overflow, so a change of one word or of any two bits always shows, and anything else as good as always.
 * Chosen for its price: every byte that is stored or served goes through it, at a quarter of what CRC-32 costs (docs/decisions.md 8).
 */
export function blockDigest(bytes: Uint8Array): number {
  if (bytes.length > longest) throw new RangeError(`a block of ${bytes.length} bytes`)
  kernel ??= load()
  const { memory, run } = kernel
  const padded = Math.ceil(bytes.length / stride) * stride
  memory.set(bytes)
  memory.fill(0, bytes.length, padded)
  return run(0, padded)
}
