import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Blocks no public access any more. Source: API_DeletePublicAccessBlock. */
export default defineOperation({
  name: 'DeletePublicAccessBlock',
  http: 'DELETE /{Bucket}?publicAccessBlock',
  status: 204,
  // The service has no action of its own for it.
  action: 's3:PutBucketPublicAccessBlock',
  input: structure(bucketLabel),
  output: structure({}),
  errors: ['NoSuchBucket'],
  async handle(_input, context) {
    await changeBucket(context, () => ({ publicAccessBlock: undefined }))
    return {}
  },
})
