import type { BooleanShape, IntegerShape, Shape, StringShape, TimestampShape } from './shape.ts'

export type ScalarShape = StringShape | IntegerShape | BooleanShape | TimestampShape

/** Why a text is no value of its shape. `range`: an integer, but outside the shape's limits. */
export type Misfit = { readonly misfit: 'form' | 'range' }

const form: Misfit = { misfit: 'form' }
const range: Misfit = { misfit: 'range' }

export function isScalar(shape: Shape): shape is ScalarShape {
  return shape.kind === 'string' || shape.kind === 'integer' || shape.kind === 'boolean' || shape.kind === 'timestamp'
}

/** Reads one value from text. Strict: no blanks around numbers and times, no signs but `-`. */
export function readScalar(shape: ScalarShape, text: string, place: 'xml' | 'header' | 'query'): unknown | Misfit {
  if (shape.kind === 'string') return fits(shape, text) ? text : form
  if (shape.kind === 'integer') return readInteger(shape, text)
  if (shape.kind === 'boolean') return readBoolean(text)
  const isHttpDate = (shape.format ?? (place === 'header' ? 'http-date' : 'iso8601')) === 'http-date'
  return (isHttpDate ? readHttpDate(text) : readIsoTime(text)) ?? form
}

export function isMisfit(value: unknown): value is Misfit {
  return typeof value === 'object' && value !== null && 'misfit' in value
}

function fits(shape: StringShape, text: string): boolean {
  if (text.length < (shape.minLength ?? 0)) return false
  if (text.length > (shape.maxLength ?? Number.POSITIVE_INFINITY)) return false
  if (shape.oneOf && !shape.oneOf.includes(text)) return false
  return !shape.pattern || shape.pattern.test(text)
}

function readInteger(shape: IntegerShape, text: string): number | Misfit {
  if (!/^-?\d{1,15}$/.test(text)) return form
  const value = Number.parseInt(text, 10)
  return value < (shape.min ?? -Infinity) || value > (shape.max ?? Infinity) ? range : value
}

// ASSUMED: any case, as Java's Boolean reads it.
function readBoolean(text: string): boolean | Misfit {
  const lower = text.toLowerCase()
  if (lower === 'true') return true
  return lower === 'false' ? false : form
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/

/** Milliseconds since the epoch of an ISO 8601 time with zone; a finer fraction is cut off. undefined: not one, or no such day. */
function readIsoTime(text: string): number | undefined {
  const match = isoTime.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const millisecond = Number((match[7] ?? '0').padEnd(3, '0').slice(0, 3))
  const time = Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
  // Date.UTC rolls 30 February over into March.
  const back = new Date(time)
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return undefined
  const offset = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)
  return time - (match[8] === '-' ? -offset : offset) * 60_000
}

const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

function readHttpDate(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
