import { boolean, flattened, integer, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  bucketRegionHeader,
  bucketRegionOf,
  CommonPrefixes,
  commonPrefixesOf,
  keyWriter,
  ListedObject,
  lastOf,
  listedObject,
  listObjectsMembers,
  pageSize,
  readMaxKeys,
  requireMaxKeys,
  rowsOf,
  wantsRestoreStatus,
} from '../listing/listing.ts'
import { refuseNull } from '../objects/keys.ts'

/**
 * The first version of ListObjectsV2, which pages by keys and always shows owners. Through an MRAP it is taken though no list names it:
 * AWS's own integration tests of its SDKs call it so (mrap-spec 14 #17). Source: API_ListObjects.
 */
export default defineOperation({
  name: 'ListObjects',
  http: 'GET /{Bucket}',
  action: 's3:ListBucket',
  acceptsMrap: true,
  input: structure({ ...bucketLabel, ...listObjectsMembers }),
  output: structure(
    {
      ...bucketRegionHeader,
      Name: string(),
      Prefix: string(),
      Marker: string(),
      NextMarker: string(),
      MaxKeys: integer(),
      Delimiter: string(),
      EncodingType: string(),
      IsTruncated: boolean(),
      Contents: flattened(ListedObject),
      CommonPrefixes,
    },
    { xmlName: 'ListBucketResult' },
  ),
  handle(input, context) {
    const { store, bucket, clock } = context
    const { Prefix: prefix = '', Marker: marker = '', EncodingType } = input
    const maxKeys = readMaxKeys(input.MaxKeys)
    refuseNewer(input)
    const write = keyWriter(EncodingType)
    requireMaxKeys(maxKeys)
    refuseNull({ marker, prefix, delimiter: input.Delimiter })
    const delimiter = input.Delimiter || undefined
    const listed = { bucketId: bucket.id, prefix, delimiter, after: marker || undefined, limit: pageSize(maxKeys) }
    const { entries, isTruncated } = store.listObjects(listed)
    const last = lastOf(entries)
    const style = { write, withOwner: true, withRestoreStatus: wantsRestoreStatus(input.OptionalObjectAttributes) }
    return {
      BucketRegion: bucketRegionOf(context),
      Name: bucket.name,
      Prefix: write(prefix),
      Marker: write(marker),
      // Without a delimiter the client goes on after the last key.
      NextMarker: isTruncated && delimiter && last !== undefined ? write(last) : undefined,
      MaxKeys: maxKeys,
      Delimiter: delimiter && write(delimiter),
      EncodingType,
      IsTruncated: isTruncated,
      Contents: rowsOf(entries).map(row => listedObject(row, style, clock.now())),
      CommonPrefixes: commonPrefixesOf(entries, write),
    }
  },
})

/** What only ListObjectsV2 reads would page through nothing here. Sentences as the service writes them. */
function refuseNewer(input: {
  readonly ContinuationToken?: string | undefined
  readonly StartAfter?: string | undefined
}) {
  const only = 'only supported in REST.GET.BUCKET with list-type=2'
  if (input.ContinuationToken !== undefined) {
    throw errors.InvalidArgument({ Message: `continuation-token ${only}`, ArgumentName: 'continuation-token' })
  }
  if (input.StartAfter !== undefined) {
    throw errors.InvalidArgument({ Message: `startAfter ${only}`, ArgumentName: 'start-after' })
  }
}
