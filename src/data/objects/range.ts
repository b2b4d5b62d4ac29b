import { errors } from '../errors.ts'

/** Bytes of an object, both ends included, counted from 0. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const form = /^bytes=(\d{0,30})-(\d{0,30})$/

/**
 * The bytes a Range header asks of an object of `size` bytes (RFC 9110 14.1.2); undefined: the whole object, also for
 * what S3 does not read (several ranges, other units, ends before starts). Throws InvalidRange when no byte is left.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const match = header === undefined ? null : form.exec(header.trim())
  if (header === undefined || !match) return undefined
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? undefined : lastBytes(Number(last), size, header)
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw notSatisfiable(header, size)
  return { start, end }
}

/** `bytes 0-4/10`. */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end}/${size}`
}

function lastBytes(count: number, size: number, header: string): ByteRange {
  if (count === 0 || size === 0) throw notSatisfiable(header, size)
  return { start: Math.max(size - count, 0), end: size - 1 }
}

function notSatisfiable(header: string, size: number) {
  return errors.InvalidRange({ RangeRequested: header, ActualObjectSize: String(size) })
}
