import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { boolean, header, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'

/**
 * Says that a bucket exists, that the caller may list it, and where it is: `routing/locate.ts` names the Region, on refusals too. Through
 * an MRAP it is taken though no list names it: AWS's own integration tests of its SDKs call it so (mrap-spec 14 #17). Source: API_HeadBucket.
 */
export default defineOperation({
  name: 'HeadBucket',
  http: 'HEAD /{Bucket}',
  action: 's3:ListBucket',
  acceptsMrap: true,
  input: structure(bucketLabel),
  output: structure({
    BucketArn: header('x-amz-bucket-arn', string()),
    AccessPointAlias: header('x-amz-access-point-alias', boolean()),
    ContentType: header('Content-Type', string()),
  }),
  handle: (_input, { bucket, mrap }) => ({
    // ASSUMED: through an MRAP the ARN is left out and the alias is said to be one.
    BucketArn: mrap ? undefined : formatBucketArn(bucket.name),
    AccessPointAlias: mrap !== undefined,
    ContentType: 'application/xml',
  }),
})
