import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Removes the setting; objects then belong to their writers. Source: API_DeleteBucketOwnershipControls. */
export default defineOperation({
  name: 'DeleteBucketOwnershipControls',
  http: 'DELETE /{Bucket}?ownershipControls',
  status: 204,
  // The service has no action of its own for it.
  action: 's3:PutBucketOwnershipControls',
  input: structure(bucketLabel),
  output: structure({}),
  errors: ['NoSuchBucket'],
  async handle(_input, context) {
    await changeBucket(context, () => ({ objectOwnership: undefined }))
    return {}
  },
})
