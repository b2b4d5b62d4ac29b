import { assemble, type Code, get, i32, i64, loopUntil, pageBytes, set } from '../wasm-module.ts'

/**
 * CRC-64/NVME: reflected, all ones as initial value and as final XOR. S3 gives it to every body that comes without a checksum, so it is
 * the one that has to be fast: 16 bytes per step, each through a table of its own ("slicing by 16"), in WebAssembly, since a register
 * of 64 bits in two halves of JavaScript costs more than twice as much.
 */
export interface Crc64Nvme {
  update(bytes: Uint8Array): void
  /** Big-endian. */
  value(): Uint8Array
}

const polynomial = 0x9a6c9329ac4bc9b5n

const tables = 16
const tableBytes = 256 * 8
/** Bytes are copied behind the tables, this many at a time. */
const dataAt = tables * tableBytes
const dataBytes = 4 * pageBytes

// (func (param $crc i64) (param $at i32) (param $end i32) (result i64) (local $low i64) (local $high i64)
const [crc, at, end, low, high] = [0, 1, 2, 3, 4]

/** Table `table` at byte `n` of a word: (i64.load (8 * ((word >> 8n) & 255))), the multiplication drawn into the shift. */
function lookUp(table: number, word: number, n: number): Code {
  const shifted =
    n === 0
      ? [...get(word), ...i32.wrap, ...i32.const(3), ...i32.shl]
      : [...get(word), ...i64.const(BigInt(8 * n - 3)), ...i64.shiftRight, ...i32.wrap]
  return [...shifted, ...i32.const(0x7f8), ...i32.and, ...i64.load(table * tableBytes)]
}

function step(): Code {
  // The first byte has the longest way through the register: table 15.
  const lookUps = [low, high].flatMap((word, w) =>
    Array.from({ length: 8 }, (_, n) => lookUp(tables - 1 - 8 * w - n, word, n)),
  )
  const sum = lookUps.flatMap((code, index) => (index === 0 ? code : [...code, ...i64.xor]))
  return [
    ...[...get(at), ...i64.load(0), ...get(crc), ...i64.xor, ...set(low)],
    ...[...get(at), ...i64.load(8), ...set(high)],
    ...[...sum, ...set(crc)],
    ...advance(16),
  ]
}

/** crc = table[0][(crc ^ byte) & 255] ^ (crc >> 8) */
function byteStep(): Code {
  return [
    ...[...get(crc), ...i32.wrap, ...get(at), ...i32.load8(0), ...i32.xor],
    ...[...i32.const(255), ...i32.and, ...i32.const(3), ...i32.shl, ...i64.load(0)],
    ...[...get(crc), ...i64.const(8n), ...i64.shiftRight, ...i64.xor, ...set(crc)],
    ...advance(1),
  ]
}

function advance(bytes: number): Code {
  return [...get(at), ...i32.const(bytes), ...i32.add, ...set(at)]
}

/** Whether fewer than `bytes` are left. */
function isPast(bytes: number): Code {
  return [...get(at), ...i32.const(bytes - 1), ...i32.add, ...get(end), ...i32.atLeast]
}

interface Crc64Kernel {
  readonly data: Uint8Array
  readonly run: (crc: bigint, at: number, end: number) => bigint
}

let loaded: Crc64Kernel | undefined

function load(): Crc64Kernel {
  const { memory, run } = assemble<Crc64Kernel['run']>({
    pages: 5,
    parameters: ['i64', 'i32', 'i32'],
    result: 'i64',
    locals: ['i64', 'i64'],
    code: [...loopUntil(isPast(16), step()), ...loopUntil(isPast(1), byteStep()), ...get(crc)],
  })
  fillTables(new BigUint64Array(memory.buffer, 0, tables * 256))
  return { data: memory.subarray(dataAt), run }
}

/** Entry n * 256 + byte moves a byte through the register over n further zero bytes. */
function fillTables(entries: BigUint64Array): void {
  const entry = (index: number) => entries[index] as bigint
  for (let byte = 0; byte < 256; byte++) {
    let register = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n
    entries[byte] = register
  }
  for (let index = 256; index < entries.length; index++) {
    const before = entry(index - 256)
    entries[index] = (before >> 8n) ^ entry(Number(before & 255n))
  }
}

export function createCrc64Nvme(): Crc64Nvme {
  loaded ??= load()
  const { data, run } = loaded
  let register = -1n
  return {
    update(bytes) {
      for (let from = 0; from < bytes.length; from += dataBytes) {
        const piece = bytes.subarray(from, from + dataBytes)
        data.set(piece)
        register = run(register, dataAt, dataAt + piece.length)
      }
    },
    value() {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64BE(~register)
      return bytes
    },
  }
}
