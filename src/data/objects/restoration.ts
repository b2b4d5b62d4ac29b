import type { ObjectVersion } from '../../store/rows.ts'

/**
 * How far the restore of an archived object is, derived from its row and the clock. Times are milliseconds since the
 * epoch.
 */
type Restoration =
  | { readonly state: 'ongoing' }
  /** The temporary copy can be read until `expiresAt`. */
  | { readonly state: 'restored'; readonly expiresAt: number }

const dayMs = 24 * 60 * 60 * 1000

/** undefined: never asked for, or the copy is gone again. */
export function restorationOf(version: ObjectVersion, now: number): Restoration | undefined {
  const { restore } = version.details
  if (!restore) return undefined
  if (now < restore.readyAt) return { state: 'ongoing' }
  const expiresAt = expiryOf(restore.readyAt, restore.days)
  return now < expiresAt ? { state: 'restored', expiresAt } : undefined
}

/** The value of `x-amz-restore`; undefined: no header. */
export function restoreHeader(version: ObjectVersion, now: number): string | undefined {
  const restoration = restorationOf(version, now)
  if (!restoration) return undefined
  if (restoration.state === 'ongoing') return 'ongoing-request="true"'
  return `ongoing-request="false", expiry-date="${new Date(restoration.expiresAt).toUTCString()}"`
}

/** S3 adds the days and rounds up to the next midnight UTC. Source: user guide, "Restoring an archived object". */
function expiryOf(readyAt: number, days: number): number {
  return Math.ceil((readyAt + days * dayMs) / dayMs) * dayMs
}
