import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Removes the CORS rules of a bucket. Source: API_DeleteBucketCors. */
export default defineOperation({
  name: 'DeleteBucketCors',
  http: 'DELETE /{Bucket}?cors',
  status: 204,
  action: 's3:PutBucketCORS',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('cors', undefined, context)
    return {}
  },
})
