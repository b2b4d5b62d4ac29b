import { boolean, flattened, integer, query, string, structure } from '../../protocol/xml/shape.ts'
import type { Bucket, ObjectVersion } from '../../store/rows.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  bucketRegionHeader,
  bucketRegionOf,
  CommonPrefixes,
  commonPrefixesOf,
  keyWriter,
  ListedMarker,
  ListedVersion,
  type ListStyle,
  lastOf,
  listedObject,
  listMembers,
  MaxKeys,
  OptionalObjectAttributes,
  pageSize,
  readMaxKeys,
  rowsOf,
  wantsRestoreStatus,
  wholeSeconds,
} from '../listing/listing.ts'
import { refuseNull } from '../objects/keys.ts'
import { ownerOf } from '../objects/owner.ts'
import { isGiven } from '../objects/versions.ts'

/** Lists all versions and delete markers, keys ascending and the newest of a key first. Source: API_ListObjectVersions. */
export default defineOperation({
  name: 'ListObjectVersions',
  http: 'GET /{Bucket}?versions',
  action: 's3:ListBucketVersions',
  input: structure({
    ...bucketLabel,
    ...listMembers,
    MaxKeys,
    KeyMarker: query('key-marker', string()),
    VersionIdMarker: query('version-id-marker', string()),
    OptionalObjectAttributes,
  }),
  output: structure(
    {
      ...bucketRegionHeader,
      Name: string(),
      Prefix: string(),
      KeyMarker: string(),
      VersionIdMarker: string(),
      NextKeyMarker: string(),
      NextVersionIdMarker: string(),
      MaxKeys: integer(),
      Delimiter: string(),
      EncodingType: string(),
      IsTruncated: boolean(),
      /** Versions and delete markers among each other, in listing order. */
      Entries: flattened(structure({ Version: ListedVersion, DeleteMarker: ListedMarker }, { unwrapped: true })),
      CommonPrefixes,
    },
    { xmlName: 'ListVersionsResult' },
  ),
  handle(input, context) {
    const { store, bucket } = context
    const { Prefix: prefix = '', KeyMarker: keyMarker = '', VersionIdMarker: versionIdMarker, EncodingType } = input
    const maxKeys = readMaxKeys(input.MaxKeys)
    checkMarkers(input.KeyMarker, versionIdMarker, bucket)
    const write = keyWriter(EncodingType)
    if (maxKeys < 0) {
      throw errors.InvalidArgument({ Message: 'max-keys cannot be negative', ArgumentName: 'max-keys' })
    }
    refuseNull({ 'key-marker': keyMarker, prefix, delimiter: input.Delimiter })
    const { entries, isTruncated } = store.listVersions({
      bucketId: bucket.id,
      prefix,
      delimiter: input.Delimiter || undefined,
      after: keyMarker || undefined,
      afterVersionId: versionIdMarker,
      // Behind a version of the empty key, which is none, the service finds nothing.
      limit: keyMarker === '' && versionIdMarker !== undefined ? 0 : pageSize(maxKeys),
    })
    const style = { write, withOwner: true, withRestoreStatus: wantsRestoreStatus(input.OptionalObjectAttributes) }
    const last = entries.at(-1)
    return {
      BucketRegion: bucketRegionOf(context),
      Name: bucket.name,
      Prefix: write(prefix),
      KeyMarker: write(keyMarker),
      VersionIdMarker: versionIdMarker ?? '',
      NextKeyMarker: isTruncated ? write(lastOf(entries) ?? '') : undefined,
      NextVersionIdMarker: isTruncated && last?.kind === 'row' ? last.row.versionId : undefined,
      MaxKeys: maxKeys,
      // Unlike the listings of objects, this one shows an empty delimiter.
      Delimiter: input.Delimiter === undefined ? undefined : write(input.Delimiter),
      EncodingType,
      IsTruncated: isTruncated,
      Entries: rowsOf(entries).map(version => listedVersion(version, style, context.clock.now())),
      CommonPrefixes: commonPrefixesOf(entries, write),
    }
  },
})

function listedVersion(version: ObjectVersion, style: ListStyle, now: number) {
  const identity = { VersionId: version.versionId, IsLatest: version.isCurrent }
  if (!version.isDeleteMarker) return { Version: { ...listedObject(version, style, now), ...identity } }
  return {
    DeleteMarker: {
      Key: style.write(version.key),
      ...identity,
      LastModified: wholeSeconds(version.lastModified),
      Owner: ownerOf(version.ownerId),
    },
  }
}

/** Throws InvalidArgument for a version id marker alone, empty, or that S3 never gave out. */
function checkMarkers(keyMarker: string | undefined, versionIdMarker: string | undefined, bucket: Bucket): void {
  if (versionIdMarker === undefined) return
  if (keyMarker === undefined) {
    throw invalidMarker(versionIdMarker, 'A version-id marker cannot be specified without a key marker.')
  }
  if (versionIdMarker === '') throw invalidMarker(versionIdMarker, 'A version-id marker cannot be empty.')
  if (!isGiven(versionIdMarker, bucket)) throw invalidMarker(versionIdMarker, 'Invalid version id specified')
}

function invalidMarker(versionIdMarker: string, sentence: string) {
  return errors.InvalidArgument({
    Message: sentence,
    ArgumentName: 'version-id-marker',
    ArgumentValue: versionIdMarker,
  })
}
