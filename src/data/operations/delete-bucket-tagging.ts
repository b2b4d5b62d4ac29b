import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Removes the tags of a bucket. Source: API_DeleteBucketTagging. */
export default defineOperation({
  name: 'DeleteBucketTagging',
  http: 'DELETE /{Bucket}?tagging',
  status: 204,
  action: 's3:PutBucketTagging',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('tagging', undefined, context)
    return {}
  },
})
