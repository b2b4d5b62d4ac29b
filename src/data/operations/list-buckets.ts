import { accountOf } from '../../protocol/caller.ts'
import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import { integer, list, query, string, structure, timestamp } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { wholeSeconds } from '../listing/listing.ts'
import { ownerOf } from '../objects/owner.ts'
import { readToken, writeToken } from '../paging-tokens.ts'
import { Owner } from '../shapes.ts'

const Bucket = structure(
  { Name: string(), CreationDate: timestamp(), BucketRegion: string(), BucketArn: string() },
  { xmlName: 'Bucket' },
)
const largestPage = 10_000

/** Lists the buckets of the caller's account, of all Regions, by name. Source: API_ListBuckets. */
export default defineOperation({
  name: 'ListBuckets',
  http: 'GET /',
  action: 's3:ListAllMyBuckets',
  needsNoBucket: true,
  input: structure({
    MaxBuckets: query('max-buckets', integer({ min: 1, max: largestPage })),
    ContinuationToken: query('continuation-token', string()),
    Prefix: query('prefix', string()),
    BucketRegion: query('bucket-region', string()),
  }),
  output: structure(
    { Owner, Buckets: list(Bucket), Prefix: string(), ContinuationToken: string() },
    { xmlName: 'ListAllMyBucketsResult' },
  ),
  handle({ MaxBuckets = largestPage, ContinuationToken, Prefix, BucketRegion }, context) {
    const { store, caller } = context
    context.authorizeService('s3:ListAllMyBuckets', formatBucketArn('*'))
    const accountId = accountOf(caller)
    if (accountId === undefined) throw errors.AccessDenied()
    if (BucketRegion !== undefined && !isRegion(BucketRegion)) {
      throw errors.InvalidArgument({
        Message: `Argument value ${BucketRegion} is not a valid AWS Region`,
        ArgumentName: 'bucket-region',
      })
    }
    // An empty token is the beginning (recorded), unlike that of ListObjectsV2.
    const after = ContinuationToken ? readToken(ContinuationToken) : ''
    const matching = store
      .listBuckets(accountId)
      .filter(
        ({ name, region }) => name > after && name.startsWith(Prefix ?? '') && (BucketRegion ?? region) === region,
      )
    const page = matching.slice(0, MaxBuckets)
    const last = page.at(-1)
    return {
      Owner: ownerOf(accountId),
      Buckets: page.map(({ name, region, createdAt }) => ({
        Name: name,
        CreationDate: wholeSeconds(createdAt),
        BucketRegion: region,
        BucketArn: formatBucketArn(name),
      })),
      Prefix,
      ContinuationToken: last && matching.length > page.length ? writeToken(last.name) : undefined,
    }
  },
})
