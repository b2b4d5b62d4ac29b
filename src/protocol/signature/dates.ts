import { errors } from '../errors.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { parseAmzDate } from './amz-date.ts'

/** How far the clock of a signer may be off, in milliseconds. */
export const allowedSkewMs = 15 * 60 * 1000

/** AccessDenied for a request whose `x-amz-date` and `Date` say no time. Recorded from the service. */
export function noValidDate() {
  return errors.AccessDenied({ Message: 'AWS authentication requires a valid Date or x-amz-date header' })
}

/** When a request says it was signed: `x-amz-date`, else `Date`, in the form of SigV4 or in one of HTTP. Throws AccessDenied. */
export function readSigningTime({ headers }: RawRequest): number {
  const text = headers.get('x-amz-date') ?? headers.get('date') ?? ''
  const instant = parseAmzDate(text) ?? parseHttpDate(text)
  if (instant === undefined) throw noValidDate()
  return instant
}

/**
 * The instant of a date in the preferred form of HTTP, whose zone S3 also takes as an offset (`+0000`); undefined when it is not one.
 */
export function parseHttpDate(text: string): number | undefined {
  if (!/^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/.test(text))
    return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}
