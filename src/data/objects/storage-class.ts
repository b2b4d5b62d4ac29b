import type { ObjectVersion } from '../../store/rows.ts'
import { errors } from '../errors.ts'
import { restorationOf } from './restoration.ts'

/**
 * Classes an object may be written with. Source: API_PutObject; the others of the model belong to other kinds of
 * bucket.
 */
const writable = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])

/** The class a write asks for, STANDARD by default. Throws InvalidStorageClass. */
export function storageClassOf(value: string | undefined): string {
  if (value === undefined) return 'STANDARD'
  if (!writable.has(value)) throw errors.InvalidStorageClass({ StorageClassRequested: value })
  return value
}

/** Classes whose bytes must be restored before they can be read. */
export function isArchived(storageClass: string): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'
}

/**
 * Refuses to read the bytes of an archived object that has no restored copy at `now`. `Message` replaces the sentence.
 */
export function requireReadable(version: ObjectVersion, now: number, message?: string): void {
  if (!isArchived(version.storageClass)) return
  if (restorationOf(version, now)?.state === 'restored') return
  throw errors.InvalidObjectState({
    ...(message === undefined ? {} : { Message: message }),
    StorageClass: version.storageClass,
  })
}
