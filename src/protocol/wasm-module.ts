/**
 * A few kernels need 64-bit integers or vectors at the machine's speed, which JavaScript does not give. They are assembled here into a
 * WebAssembly module of one function and one memory: `code` lists instructions as the bytes of the binary format, in the order that the
 * text format has them. Source: WebAssembly core specification, "Binary Format".
 */
export interface Kernel<Run> {
  readonly memory: Uint8Array<ArrayBuffer>
  readonly run: Run
}

export type ValueType = 'i32' | 'i64' | 'f64' | 'v128'
export type Code = readonly number[]

const valueTypes: { readonly [Name in ValueType]: number } = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b }

/** Bytes of memory that a kernel has, in pages of 64 KiB. */
export const pageBytes = 65_536

// The types of Node 20 do not have it, those of browsers come with everything else of a browser.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<'memory' | 'run', unknown>> }
}

/** Compiles a kernel, within a millisecond. `Run` is its type as declared; locals are numbered after the parameters. */
export function assemble<Run>(kernel: {
  readonly pages: number
  readonly parameters: readonly ValueType[]
  readonly result: ValueType
  readonly locals: readonly ValueType[]
  readonly code: Code
}): Kernel<Run> {
  const { pages, parameters, result, locals, code } = kernel
  const types = (names: readonly ValueType[]) => vector(names.map(name => [valueTypes[name]]))
  const body = [...vector(locals.map(name => [1, valueTypes[name]])), ...code, end]
  const bytes = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [[0x60, ...types(parameters), ...types([result])]]),
    section(3, [[0]]),
    section(5, [[0, ...unsigned(pages)]]),
    section(7, [
      [...name('memory'), 2, 0],
      [...name('run'), 0, 0],
    ]),
    section(10, [[...unsigned(body.length), ...body]]),
  ].flat()
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)))
  const { buffer } = exports.memory as { readonly buffer: ArrayBuffer }
  return { memory: new Uint8Array(buffer), run: exports.run as Run }
}

const end = 0x0b

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
export const tee = (local: number): Code => [0x22, ...unsigned(local)]

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(BigInt(value))],
  load8: (offset: number): Code => [0x2d, 0, ...unsigned(offset)],
  add: [0x6a],
  and: [0x71],
  xor: [0x73],
  shl: [0x74],
  wrap: [0xa7],
  atLeast: [0x4f],
} as const satisfies Instructions

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed(value)],
  load: (offset: number): Code => [0x29, 0, ...unsigned(offset)],
  add: [0x7c],
  multiply: [0x7e],
  xor: [0x85],
  shiftRight: [0x88],
  toFloat: [0xba],
} as const satisfies Instructions

/** Vectors of two 64-bit lanes, some taken from the lower or upper two of four 32-bit lanes. */
export const v128 = {
  load: (offset: number): Code => [0xfd, 0, 0, ...unsigned(offset)],
  extendLow: [0xfd, ...unsigned(0xc9)],
  extendHigh: [0xfd, ...unsigned(0xca)],
  add: [0xfd, ...unsigned(0xce)],
  lane: (lane: 0 | 1): Code => [0xfd, 0x1d, lane],
} as const satisfies Instructions

type Instructions = Readonly<Record<string, Code | ((operand: never) => Code)>>

/** Repeats `body` until `isDone`, asked before each round, leaves something else than 0. */
export function loopUntil(isDone: Code, body: Code): Code {
  return [0x02, 0x40, 0x03, 0x40, ...isDone, 0x0d, 1, ...body, 0x0c, 0, end, end]
}

function section(id: number, entries: readonly Code[]): Code {
  const content = vector(entries)
  return [id, ...unsigned(content.length), ...content]
}

function vector(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()]
}

function name(text: string): Code {
  return vector([...Buffer.from(text)].map(byte => [byte]))
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: bigint): Code {
  const low = Number(value & 0x7fn)
  const rest = value >> 7n
  const isLast = rest === (low & 0x40 ? -1n : 0n)
  return isLast ? [low] : [low | 0x80, ...signed(rest)]
}
