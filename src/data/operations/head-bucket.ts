import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { boolean, header, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'

/** Says that a bucket exists, that the caller may list it, and where it is. Source: API_HeadBucket. */
export default defineOperation({
  name: 'HeadBucket',
  http: 'HEAD /{Bucket}',
  action: 's3:ListBucket',
  input: structure(bucketLabel),
  output: structure({
    BucketArn: header('x-amz-bucket-arn', string()),
    BucketRegion: header('x-amz-bucket-region', string()),
    AccessPointAlias: header('x-amz-access-point-alias', boolean()),
    ContentType: header('Content-Type', string()),
  }),
  handle: (_input, { bucket }) => ({
    BucketArn: formatBucketArn(bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
    ContentType: 'application/xml',
  }),
})
