import {
  boolean,
  flattened,
  header,
  type Infer,
  integer,
  query,
  string,
  structure,
  timestamp,
} from '../../protocol/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import type { ListEntry } from '../../store/store.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { quoted } from '../objects/etag.ts'
import { ownerOf } from '../objects/owner.ts'
import { restorationOf } from '../objects/restoration.ts'
import { isArchived } from '../objects/storage-class.ts'
import { Owner } from '../shapes.ts'

/** What the listings of objects, versions and uploads have in common. Source: mrap-spec 12.13, API_ListObjectsV2. */
export const listMembers = {
  Delimiter: query('delimiter', string()),
  EncodingType: query('encoding-type', string()),
  Prefix: query('prefix', string()),
}
/** Read by `readMaxKeys`. */
export const MaxKeys = query('max-keys', string())
export const OptionalObjectAttributes = header('x-amz-optional-object-attributes', string())

/** What both ListObjects read: each refuses the words of the other. */
export const listObjectsMembers = {
  ...listMembers,
  MaxKeys,
  Marker: query('marker', string()),
  ContinuationToken: query('continuation-token', string()),
  StartAfter: query('start-after', string()),
  OptionalObjectAttributes,
}

/** Sent with direct answers only: through an MRAP no answer names the Region. */
export const bucketRegionHeader = { BucketRegion: header('x-amz-bucket-region', string()) }

export const CommonPrefixes = flattened(structure({ Prefix: string() }))

const RestoreStatus = structure({ IsRestoreInProgress: boolean(), RestoreExpiryDate: timestamp() })

/** What an object and a version show alike. */
const described = {
  LastModified: timestamp(),
  ETag: string(),
  ChecksumAlgorithm: flattened(string()),
  ChecksumType: string(),
  Size: integer(),
  Owner,
  StorageClass: string(),
  RestoreStatus,
}

export const ListedObject = structure({ Key: string(), ...described })
export const ListedVersion = structure({ Key: string(), VersionId: string(), IsLatest: boolean(), ...described })
export const ListedMarker = structure({
  Key: string(),
  VersionId: string(),
  IsLatest: boolean(),
  LastModified: timestamp(),
  Owner,
})

const largestPage = 1000

/**
 * The number in `max-keys`; 1,000 where there is none or it is empty. May be negative: where and how that is refused differs by
 * operation. Throws InvalidArgument for what is no integer of 32 bits. Source: answers of the service, as all about numbers here.
 */
export function readMaxKeys(text = ''): number {
  if (text === '') return largestPage
  const value = /^-?\d{1,100}$/.test(text) ? Number(text) : Number.NaN
  if (value >= -(2 ** 31) && value < 2 ** 31) return value + 0
  throw errors.InvalidArgument({
    Message: 'Provided max-keys not an integer or within integer range',
    ArgumentName: 'max-keys',
    ArgumentValue: text,
  })
}

/** Throws the refusal of ListObjects and ListObjectsV2, which call the argument by another name here. */
export function requireMaxKeys(maxKeys: number): void {
  if (maxKeys >= 0) return
  throw errors.InvalidArgument({
    Message: 'Argument maxKeys must be an integer between 0 and 2147483647',
    ArgumentName: 'maxKeys',
    ArgumentValue: String(maxKeys),
  })
}

/** How many entries a page has: at most 1,000, and that many unless asked otherwise. */
export function pageSize(asked: number | undefined): number {
  return Math.min(asked ?? largestPage, largestPage)
}

/** How keys are written: as they are, or URL-encoded where asked. Throws InvalidArgument for any other way. */
export function keyWriter(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return text => text
  if (encodingType.toLowerCase() === 'url') return urlEncoded
  throw errors.InvalidArgument({
    Message: 'Invalid Encoding Method specified in Request',
    ArgumentName: 'encoding-type',
    ArgumentValue: encodingType,
  })
}

/** Whether archived objects are to show how far their restore is. Throws InvalidArgument for attributes there are not. */
export function wantsRestoreStatus(attributes: string | undefined): boolean {
  if (attributes === undefined) return false
  const names = attributes.split(',').map(name => name.trim())
  if (names.every(name => name === 'RestoreStatus')) return true
  throw errors.InvalidArgument({
    Message: 'Invalid attribute name specified.',
    ArgumentName: 'x-amz-optional-object-attributes',
    ArgumentValue: attributes,
  })
}

export interface ListStyle {
  readonly write: (text: string) => string
  readonly withOwner: boolean
  readonly withRestoreStatus: boolean
}

/** An object as listings show it. */
export function listedObject(version: ObjectVersion, style: ListStyle, now: number): Infer<typeof ListedObject> {
  const { checksum } = version.details
  return {
    Key: style.write(version.key),
    LastModified: wholeSeconds(version.lastModified),
    ETag: quoted(version.etag),
    ChecksumAlgorithm: checksum && [checksum.algorithm],
    ChecksumType: checksum?.type,
    Size: version.size,
    StorageClass: version.storageClass,
    Owner: style.withOwner ? ownerOf(version.ownerId) : undefined,
    RestoreStatus: style.withRestoreStatus ? restoreStatusOf(version, now) : undefined,
  }
}

/** Times in listings have whole seconds, printed with `.000`. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}

export function rowsOf<Row>(entries: readonly ListEntry<Row>[]): Row[] {
  return entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
}

export function commonPrefixesOf(
  entries: readonly ListEntry<unknown>[],
  write: (text: string) => string,
): Infer<typeof CommonPrefixes> {
  return entries.flatMap(entry => (entry.kind === 'prefix' ? [{ Prefix: write(entry.prefix) }] : []))
}

/** The key or common prefix after which the next page begins; undefined: the page is empty. */
export function lastOf(entries: readonly ListEntry<{ readonly key: string }>[]): string | undefined {
  const last = entries.at(-1)
  return last?.kind === 'row' ? last.row.key : last?.prefix
}

export function bucketRegionOf({ bucket, mrap }: DataContext): string | undefined {
  return mrap ? undefined : bucket.region
}

function restoreStatusOf(version: ObjectVersion, now: number): Infer<typeof RestoreStatus> | undefined {
  const restoration = isArchived(version.storageClass) ? restorationOf(version, now) : undefined
  if (!restoration) return undefined
  if (restoration.state === 'ongoing') return { IsRestoreInProgress: true }
  return { IsRestoreInProgress: false, RestoreExpiryDate: restoration.expiresAt }
}

/** As HTML forms encode, except that slashes stay. Clients undo it as such: a blank is `+`. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
