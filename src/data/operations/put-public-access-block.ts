import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, PublicAccessBlockConfiguration, readPublicAccessBlock } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Replaces what public access the bucket blocks; what is left out is off. Source: API_PutPublicAccessBlock. */
export default defineOperation({
  name: 'PutPublicAccessBlock',
  http: 'PUT /{Bucket}?publicAccessBlock',
  action: 's3:PutBucketPublicAccessBlock',
  input: structure({
    ...bucketLabel,
    PublicAccessBlockConfiguration: payload(required(PublicAccessBlockConfiguration)),
  }),
  output: structure({}),
  errors: ['NoSuchBucket'],
  async handle({ PublicAccessBlockConfiguration: sent }, context) {
    const publicAccessBlock = readPublicAccessBlock(sent)
    await changeBucket(context, () => ({ publicAccessBlock }))
    return {}
  },
})
