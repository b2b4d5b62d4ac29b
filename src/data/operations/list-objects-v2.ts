import { boolean, flattened, integer, query, string, structure } from '../../protocol/xml/shape.ts'
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
import { readToken, writeToken } from '../paging-tokens.ts'

/** Lists the current objects of a bucket in UTF-8 byte order, page by page. Source: API_ListObjectsV2. */
export default defineOperation({
  name: 'ListObjectsV2',
  http: 'GET /{Bucket}?list-type=2',
  action: 's3:ListBucket',
  acceptsMrap: true,
  input: structure({ ...bucketLabel, ...listObjectsMembers, FetchOwner: query('fetch-owner', string()) }),
  output: structure(
    {
      ...bucketRegionHeader,
      Name: string(),
      Prefix: string(),
      StartAfter: string(),
      ContinuationToken: string(),
      NextContinuationToken: string(),
      KeyCount: integer(),
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
    const { Prefix: prefix = '', StartAfter: startAfter, ContinuationToken: token, EncodingType } = input
    const maxKeys = readMaxKeys(input.MaxKeys)
    if (input.Marker !== undefined) throw olderParameter()
    const write = keyWriter(EncodingType)
    const after = token === undefined ? startAfter || undefined : readToken(token)
    requireMaxKeys(maxKeys)
    refuseNull({ 'start-after': startAfter, prefix, delimiter: input.Delimiter })
    // An empty delimiter is none.
    const delimiter = input.Delimiter || undefined
    // ASSUMED: like a marker of ListObjects, a start inside a common prefix skips the whole prefix.
    const listed = { bucketId: bucket.id, prefix, delimiter, after, limit: pageSize(maxKeys) }
    const { entries, isTruncated } = store.listObjects(listed)
    const last = lastOf(entries)
    const style = {
      write,
      // Any other spelling is no.
      withOwner: input.FetchOwner === 'true',
      withRestoreStatus: wantsRestoreStatus(input.OptionalObjectAttributes),
    }
    return {
      BucketRegion: bucketRegionOf(context),
      Name: bucket.name,
      Prefix: write(prefix),
      // The token wins over the key.
      StartAfter: token === undefined && startAfter !== undefined ? write(startAfter) : undefined,
      ContinuationToken: token,
      NextContinuationToken: isTruncated && last !== undefined ? writeToken(last) : undefined,
      KeyCount: entries.length,
      MaxKeys: maxKeys,
      Delimiter: delimiter && write(delimiter),
      EncodingType,
      IsTruncated: isTruncated,
      Contents: rowsOf(entries).map(row => listedObject(row, style, clock.now())),
      CommonPrefixes: commonPrefixesOf(entries, write),
    }
  },
})

/** The parameter that pages through the first version of the operation. Sentence as the service writes it. */
function olderParameter() {
  return errors.InvalidArgument({
    Message: 'Marker unsupported with REST.GET.BUCKET in list-type=2',
    ArgumentName: 'marker',
  })
}
