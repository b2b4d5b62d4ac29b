import {
  boolean,
  header,
  type InferMembers,
  integer,
  query,
  status,
  string,
  timestamp,
} from '../../protocol/xml/shape.ts'
import type { ObjectPart, ObjectVersion } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import {
  checksumHeaders,
  encryptionHeaders,
  encryptionOutputHeaders,
  entityHeaders,
  expirationHeaders,
  metadataHeaders,
  objectLabels,
  readConditions,
  storageClassHeader,
  versionHeader,
  versionQuery,
  websiteRedirectHeader,
} from '../shapes.ts'
import { checksumOutput } from './checksums.ts'
import { encryptionOutput, refuseEncryption, requireCustomerKey } from './encryption.ts'
import { entityOutput, metadataOutput } from './entity-headers.ts'
import { quoted } from './etag.ts'
import { expirationHeader } from './lifecycle.ts'
import { checkReadConditions } from './preconditions.ts'
import { type ByteRange, contentRange, rangeOf } from './range.ts'
import { restoreHeader } from './restoration.ts'
import { requireVersion, shownVersionId } from './versions.ts'

/** What GetObject and HeadObject take, and the headers both answer with (mrap-spec 12.1). */
export const readMembers = {
  ...objectLabels,
  ...versionQuery,
  ...readConditions,
  ...encryptionHeaders,
  Range: header('Range', string()),
  PartNumber: query(
    'partNumber',
    integer({
      min: 1,
      max: 10_000,
      invalid: {
        code: 'InvalidArgument',
        message: 'Part number must be an integer between 1 and 10000, inclusive',
      },
    }),
  ),
  ChecksumMode: header('x-amz-checksum-mode', string()),
  ResponseCacheControl: query('response-cache-control', string()),
  ResponseContentDisposition: query('response-content-disposition', string()),
  ResponseContentEncoding: query('response-content-encoding', string()),
  ResponseContentLanguage: query('response-content-language', string()),
  ResponseContentType: query('response-content-type', string()),
  ResponseExpires: query('response-expires', string()),
}

export const representationMembers = {
  Status: status(),
  ...expirationHeaders,
  LastModified: header('Last-Modified', timestamp()),
  ETag: header('ETag', string()),
  ...encryptionOutputHeaders,
  ...versionHeader,
  AcceptRanges: header('Accept-Ranges', string()),
  ...entityHeaders,
  ContentRange: header('Content-Range', string()),
  ContentLength: header('Content-Length', integer()),
  ...websiteRedirectHeader,
  ...metadataHeaders,
  ...checksumHeaders,
  ...storageClassHeader,
  Restore: header('x-amz-restore', string()),
  PartsCount: header('x-amz-mp-parts-count', integer()),
  TagCount: header('x-amz-tagging-count', integer()),
  ReplicationStatus: header('x-amz-replication-status', string()),
  ObjectLockMode: header('x-amz-object-lock-mode', string()),
  ObjectLockRetainUntilDate: header('x-amz-object-lock-retain-until-date', timestamp({ format: 'iso8601' })),
  ObjectLockLegalHoldStatus: header('x-amz-object-lock-legal-hold', string()),
  DeleteMarker: header('x-amz-delete-marker', boolean()),
}

type ReadInput = InferMembers<typeof readMembers>

/** What a read asks for: which version, which of its bytes (undefined: all), and every header that goes with them. */
interface Representation {
  readonly version: ObjectVersion
  readonly range: ByteRange | undefined
  readonly output: InferMembers<typeof representationMembers>
}

/**
 * Decides a GetObject or HeadObject up to the bytes: version, SSE-C key, conditions, part or range. Throws the refusals
 * of these. Runs in one tick, so that the bytes can still be opened for what was found.
 */
export function representationOf(input: ReadInput, context: DataContext): Representation {
  const { clock, bucket } = context
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw errors.InvalidRequest({ Message: 'Cannot specify both Range header and partNumber query parameter' })
  }
  refuseEncryption(input)
  const overrides = overridesOf(input, context)
  const version = requireVersion(input, context)
  requireCustomerKey(input, version.details.encryption)
  const versionId = shownVersionId(version.versionId, bucket)
  const entity = Object.assign(entityOutput(version.details.entityHeaders), overrides)
  checkReadConditions(input, version, clock.now(), notModifiedHeaders(entity, versionId))
  const piece = pieceOf(input, version, context)
  const { range } = piece
  const length = range ? range.end - range.start + 1 : version.size
  const wantsChecksum = input.ChecksumMode?.toUpperCase() === 'ENABLED'
  return {
    version,
    range,
    // Not spreads: those are several times slower, and this runs for every read.
    output: Object.assign(
      describe(version, context),
      guarded(version, input.VersionId, context),
      {
        // The service does not say it of a version that the request names, current or not.
        Expiration: input.VersionId === undefined ? expirationHeader(version, context) : undefined,
        VersionId: versionId,
        ContentLength: length,
        PartsCount: piece.partsCount,
      },
      entity,
      range && { Status: 206, ContentRange: contentRange(range, version.size) },
      wantsChecksum && checksumOutput(piece.checksum),
    ),
  }
}

/** The headers that describe a version whatever part of it is read. */
function describe(version: ObjectVersion, { clock }: DataContext): Representation['output'] {
  const { details } = version
  const described = {
    LastModified: version.lastModified,
    ETag: quoted(version.etag),
    AcceptRanges: 'bytes',
    WebsiteRedirectLocation: details.websiteRedirectLocation,
    Metadata: metadataOutput(details.metadata),
    StorageClass: version.storageClass === 'STANDARD' ? undefined : version.storageClass,
    Restore: restoreHeader(version, clock.now()),
    ReplicationStatus: version.replication,
  }
  return Object.assign(described, encryptionOutput(details.encryption))
}

/** What is shown to those alone who may ask for it by itself. `asked`: the version id of the request. Source: API_GetObject. */
function guarded(
  { key, details: { tags, retention, legalHold } }: ObjectVersion,
  asked: string | undefined,
  { permits }: DataContext,
): Representation['output'] {
  const tagging = asked === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging'
  return {
    TagCount: tags && tags.length > 0 && permits(tagging, key, asked) ? tags.length : undefined,
    ...(retention &&
      permits('s3:GetObjectRetention', key, asked) && {
        ObjectLockMode: retention.mode,
        ObjectLockRetainUntilDate: retention.retainUntil,
      }),
    ObjectLockLegalHoldStatus: legalHold && permits('s3:GetObjectLegalHold', key, asked) ? legalHold : undefined,
  }
}

interface Piece {
  readonly range: ByteRange | undefined
  readonly partsCount?: number | undefined
  readonly checksum: ObjectVersion['details']['checksum'] | undefined
}

/** The bytes asked for, with the checksum that covers exactly them: a part of the object has none. */
function pieceOf(input: ReadInput, version: ObjectVersion, context: DataContext): Piece {
  const { checksum } = version.details
  if (input.PartNumber !== undefined) return partOf(input.PartNumber, version, context)
  const range = rangeOf(input.Range, version.size)
  const isWhole = !range || (range.start === 0 && range.end === version.size - 1)
  return { range, checksum: isWhole ? checksum : undefined }
}

function partOf(partNumber: number, version: ObjectVersion, { store }: DataContext): Piece {
  if (version.partCount === undefined) {
    const { checksum } = version.details
    if (partNumber > 1) throw noSuchPart(partNumber, 1)
    // An empty object has no byte range to name.
    // ASSUMED: the answer is then 200.
    return { range: version.size > 0 ? { start: 0, end: version.size - 1 } : undefined, checksum }
  }
  const part = store.findObjectPart(version.id, partNumber)
  if (!part) throw noSuchPart(partNumber, version.partCount)
  return {
    range: part.size > 0 ? { start: part.offset, end: part.offset + part.size - 1 } : undefined,
    partsCount: version.partCount,
    checksum: shownPartChecksum(part, version),
  }
}

/** Parts are shown their checksum where it went into a composite one; those of a FULL_OBJECT upload are not (recorded). */
function shownPartChecksum(part: ObjectPart, { details: { checksum } }: ObjectVersion): Piece['checksum'] {
  return part.checksum && checksum?.type === 'COMPOSITE' ? { ...part.checksum, type: checksum.type } : undefined
}

function noSuchPart(partNumber: number, partCount: number) {
  return errors.InvalidPartNumber({ PartNumberRequested: String(partNumber), ActualPartCount: String(partCount) })
}

type Overrides = Partial<Record<keyof typeof entityHeaders, string>>

/**
 * The `response-*` parameters of a signed request. Throws InvalidRequest when anonymous, InvalidArgument for what no
 * header can hold.
 */
function overridesOf(input: ReadInput, { caller }: DataContext): Overrides {
  const asked = [
    ['CacheControl', 'response-cache-control', input.ResponseCacheControl],
    ['ContentDisposition', 'response-content-disposition', input.ResponseContentDisposition],
    ['ContentEncoding', 'response-content-encoding', input.ResponseContentEncoding],
    ['ContentLanguage', 'response-content-language', input.ResponseContentLanguage],
    ['ContentType', 'response-content-type', input.ResponseContentType],
    ['Expires', 'response-expires', input.ResponseExpires],
  ] as const
  const overrides: Overrides = {}
  for (const [member, parameter, value] of asked) {
    if (value === undefined) continue
    if (caller.kind === 'anonymous') {
      throw errors.InvalidRequest({
        Message: 'Request specific response headers cannot be used for anonymous GET requests.',
      })
    }
    if (!isHeaderText(value)) {
      throw errors.InvalidArgument({
        Message: 'Header value cannot be represented using ISO-8859-1.',
        ArgumentName: parameter,
        ArgumentValue: value,
      })
    }
    overrides[member] = value
  }
  return overrides
}

/** ISO-8859-1 without control characters, tab aside. */
function isHeaderText(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}

/**
 * RFC 9110 15.4.5: a 304 repeats the headers that a cache keeps. ETag and Last-Modified are added where it is thrown.
 */
function notModifiedHeaders(
  entity: InferMembers<typeof entityHeaders>,
  versionId: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(entity.CacheControl !== undefined && { 'Cache-Control': entity.CacheControl }),
    ...(entity.Expires !== undefined && { Expires: entity.Expires }),
    ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
  }
}
