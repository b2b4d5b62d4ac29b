import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { Bucket, VersionDetails } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { type objectLockHeaders, retentionModes } from '../shapes.ts'

/**
 * Object Lock: retention (a mode and a date) and legal hold, independent of each other. Sentences as recorded from the
 * service (mrap-spec 12.8). What holds a version against deletion is judged by the store inside the write.
 */
type ObjectLockHeaders = InferMembers<typeof objectLockHeaders>
export type StoredRetention = NonNullable<VersionDetails['retention']>
type Lock = Pick<VersionDetails, 'retention' | 'legalHold'>

const dayMs = 24 * 60 * 60 * 1000
const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** The lock of a new version: what the headers say, else the bucket's default retention from `now` on. */
export function objectLockOf(input: ObjectLockHeaders, context: DataContext): Lock {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: date, ObjectLockLegalHoldStatus: hold } = input
  const retention = mode === undefined && date === undefined ? undefined : retentionOf(mode, date, context)
  const legalHold = hold === undefined ? undefined : legalHoldOf(hold)
  if (retention || legalHold) requireObjectLock(context)
  const effective = retention ?? retentionByDefault(context.bucket, context.store, context.clock.now())
  return { ...(effective && { retention: effective }), ...(legalHold && { legalHold }) }
}

/** Throws InvalidRequest where the bucket was not set up for Object Lock. */
export function requireObjectLock({ bucket }: DataContext): void {
  if (!bucket.objectLock) throw errors.InvalidRequest({ Message: 'Bucket is missing Object Lock Configuration' })
}

/**
 * Throws InvalidRequest where a version that will be locked, by headers or by default, comes without a digest of its
 * bytes. Source: API_PutObject, Content-MD5; the sentence from public reports.
 */
export function requireDigest({ retention, legalHold }: Lock, { request, body }: DataContext): void {
  if (!retention && !legalHold) return
  if (body.declaredAlgorithm !== undefined || request.headers.has('content-md5')) return
  throw errors.InvalidRequest({
    Message:
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  })
}

/** Whether the bypass header applies. Throws InvalidArgument where the bucket was not set up for Object Lock. */
export function bypassOf(header: boolean | undefined, { bucket }: DataContext): boolean {
  if (header === undefined || bucket.objectLock) return header === true
  throw errors.InvalidArgument({
    Message: 'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    ArgumentName: 'x-amz-bypass-governance-retention',
  })
}

/** Throws InvalidArgument for a date (milliseconds since the epoch) that is not in the future. */
export function requireFuture(retainUntil: number, now: number): void {
  if (retainUntil > now) return
  throw errors.InvalidArgument({
    Message: 'The retain until date must be in the future!',
    ArgumentName: 'RetainUntilDate',
    ArgumentValue: javaDate(retainUntil),
  })
}

/** A time as S3 shows it here: `Tue Dec 31 16:00:00 PST 2019`, in the time of its headquarters (recorded). */
function javaDate(time: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    year: 'numeric',
    timeZoneName: 'short',
  }).formatToParts(time)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(found => found.type === type)?.value ?? ''
  const clock = `${part('hour')}:${part('minute')}:${part('second')}`
  return `${part('weekday')} ${part('month')} ${part('day')} ${clock} ${part('timeZoneName')} ${part('year')}`
}

/**
 * Throws AccessDenied where the retention a version has forbids to replace it by `next` (undefined: to remove it).
 * COMPLIANCE can only be lengthened; GOVERNANCE can be shortened, removed or changed with the bypass. A retention that
 * is over holds nothing.
 * ASSUMED: to make COMPLIANCE of GOVERNANCE needs the bypass, too, as every change of its settings but a later date.
 */
export function requireRetentionChange(
  current: StoredRetention | undefined,
  next: StoredRetention | undefined,
  { bypass, now }: { readonly bypass: boolean; readonly now: number },
): void {
  if (!current || current.retainUntil <= now) return
  const isLonger = next !== undefined && next.retainUntil >= current.retainUntil
  const isAllowed = isLonger && next.mode === current.mode
  if (!isAllowed && (current.mode === 'COMPLIANCE' || !bypass)) throw lockedError()
}

/** A version that Object Lock holds. */
export function lockedError() {
  return errors.AccessDenied({ Message: 'Access Denied because object protected by object lock.' })
}

function retentionOf(mode: string | undefined, date: string | undefined, context: DataContext): StoredRetention {
  if (mode === undefined || date === undefined) {
    throw errors.InvalidArgument({
      Message: 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      ArgumentName: mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
    })
  }
  const known = retentionModes.find(word => word === mode)
  if (!known) {
    throw errors.InvalidArgument({
      Message: 'Unknown wormMode directive.',
      ArgumentName: 'x-amz-object-lock-mode',
      ArgumentValue: mode,
    })
  }
  const retainUntil = isoDate.test(date) ? Date.parse(date) : Number.NaN
  if (Number.isNaN(retainUntil)) {
    throw errors.InvalidArgument({
      Message: 'The retain until date must be provided in ISO 8601 format',
      ArgumentName: 'x-amz-object-lock-retain-until-date',
      ArgumentValue: date,
    })
  }
  requireFuture(retainUntil, context.clock.now())
  return { mode: known, retainUntil }
}

function legalHoldOf(value: string): 'ON' | 'OFF' {
  if (value === 'ON' || value === 'OFF') return value
  throw errors.InvalidArgument({
    Message: "Legal Hold must be either of 'ON' or 'OFF'",
    ArgumentName: 'x-amz-object-lock-legal-hold',
    ArgumentValue: value,
  })
}

/**
 * The default retention from `now` on of the bucket's Object Lock configuration, which is kept as JSON in the words of the API:
 * `{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":1}}}`.
 */
export function retentionByDefault(
  bucket: Pick<Bucket, 'id' | 'objectLock'>,
  store: Pick<Store, 'findBucketConfiguration'>,
  now: number,
): StoredRetention | undefined {
  if (!bucket.objectLock) return undefined
  const text = store.findBucketConfiguration(bucket.id, 'objectLock')
  if (!text) return undefined
  const configuration: {
    Rule?: { DefaultRetention?: { Mode?: StoredRetention['mode']; Days?: number; Years?: number } }
  } = JSON.parse(text)
  const { Mode: mode, Days: days, Years: years } = configuration.Rule?.DefaultRetention ?? {}
  if (!mode) return undefined
  // ASSUMED: a year of a default retention has 365 days.
  return { mode, retainUntil: now + (days ?? (years ?? 0) * 365) * dayMs }
}
