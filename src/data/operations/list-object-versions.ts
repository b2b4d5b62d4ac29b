import { boolean, flattened, integer, query, string, structure } from '../../server/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import { bucketLabel } from '../bucket-configuration.ts'
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
  lastOf,
  listedObject,
  listMembers,
  MaxKeys,
  OptionalObjectAttributes,
  ownerOf,
  pageSize,
  rowsOf,
  wantsRestoreStatus,
  wholeSeconds,
} from '../listing.ts'

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
      Versions: flattened(ListedVersion, { xmlName: 'Version' }),
      DeleteMarkers: flattened(ListedMarker, { xmlName: 'DeleteMarker' }),
      CommonPrefixes,
    },
    { xmlName: 'ListVersionsResult' },
  ),
  handle(input, context) {
    const { store, bucket, clock } = context
    const { Prefix: prefix = '', KeyMarker: keyMarker = '', VersionIdMarker: versionIdMarker, EncodingType } = input
    const write = keyWriter(EncodingType)
    const delimiter = input.Delimiter || undefined
    const limit = pageSize(input.MaxKeys)
    checkMarkers(input.KeyMarker, versionIdMarker)
    const { entries, isTruncated } = store.listVersions({
      bucketId: bucket.id,
      prefix,
      delimiter,
      after: keyMarker || undefined,
      afterVersionId: keyMarker === '' ? undefined : versionIdMarker,
      limit,
    })
    const style = { write, withOwner: true, withRestoreStatus: wantsRestoreStatus(input.OptionalObjectAttributes) }
    const versions = rowsOf(entries)
    const last = entries.at(-1)
    return {
      BucketRegion: bucketRegionOf(context),
      Name: bucket.name,
      Prefix: write(prefix),
      KeyMarker: write(keyMarker),
      VersionIdMarker: versionIdMarker ?? '',
      NextKeyMarker: isTruncated ? write(lastOf(entries) ?? '') : undefined,
      NextVersionIdMarker: isTruncated && last?.kind === 'row' ? last.row.versionId : undefined,
      MaxKeys: limit,
      Delimiter: delimiter && write(delimiter),
      EncodingType,
      IsTruncated: isTruncated,
      Versions: versions
        .filter(version => !version.isDeleteMarker)
        .map(version => ({ ...listedObject(version, style, clock.now()), ...identity(version) })),
      DeleteMarkers: versions
        .filter(version => version.isDeleteMarker)
        .map(version => ({
          Key: write(version.key),
          ...identity(version),
          LastModified: wholeSeconds(version.lastModified),
          Owner: ownerOf(version.ownerId),
        })),
      CommonPrefixes: commonPrefixesOf(entries, write),
    }
  },
})

function identity({ versionId, isCurrent }: ObjectVersion) {
  return { VersionId: versionId, IsLatest: isCurrent }
}

function checkMarkers(keyMarker: string | undefined, versionIdMarker: string | undefined): void {
  if (versionIdMarker === undefined) return
  if (keyMarker === undefined) {
    throw errors.InvalidArgument({
      Message: 'A version-id marker cannot be specified without a key marker.',
      ArgumentName: 'version-id-marker',
      ArgumentValue: versionIdMarker,
    })
  }
  if (versionIdMarker === 'null' || /^[A-Za-z0-9._]{32}$/.test(versionIdMarker)) return
  throw errors.InvalidArgument({
    Message: versionIdMarker === '' ? 'A version-id marker cannot be empty.' : 'Invalid version id specified',
    ArgumentName: 'version-id-marker',
    ArgumentValue: versionIdMarker,
  })
}
