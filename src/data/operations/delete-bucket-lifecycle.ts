import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Removes the lifecycle rules of a bucket. Source: API_DeleteBucketLifecycle. */
export default defineOperation({
  name: 'DeleteBucketLifecycle',
  http: 'DELETE /{Bucket}?lifecycle',
  status: 204,
  action: 's3:PutLifecycleConfiguration',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('lifecycle', undefined, context)
    return {}
  },
})
