import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Removes the policy of a bucket, if it has one. Source: API_DeleteBucketPolicy. */
export default defineOperation({
  name: 'DeleteBucketPolicy',
  http: 'DELETE /{Bucket}?policy',
  status: 204,
  action: 's3:DeleteBucketPolicy',
  input: structure(bucketLabel),
  output: structure({}),
  errors: ['NoSuchBucket'],
  async handle(_input, context) {
    await changeBucket(context, () => ({ policy: undefined }))
    return {}
  },
})
