import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, PublicAccessBlockConfiguration, writePublicAccessBlock } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Shows what public access the bucket blocks. Source: API_GetPublicAccessBlock. */
export default defineOperation({
  name: 'GetPublicAccessBlock',
  http: 'GET /{Bucket}?publicAccessBlock',
  action: 's3:GetBucketPublicAccessBlock',
  input: structure(bucketLabel),
  output: structure({ PublicAccessBlockConfiguration: payload(PublicAccessBlockConfiguration) }),
  errors: ['NoSuchPublicAccessBlockConfiguration'],
  handle(_input, { bucket }) {
    const { publicAccessBlock } = bucket
    if (!publicAccessBlock) throw errors.NoSuchPublicAccessBlockConfiguration({ BucketName: bucket.name })
    return { PublicAccessBlockConfiguration: writePublicAccessBlock(publicAccessBlock) }
  },
})
