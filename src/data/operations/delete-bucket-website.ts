import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Removes the website configuration of a bucket. Source: API_DeleteBucketWebsite. */
export default defineOperation({
  name: 'DeleteBucketWebsite',
  http: 'DELETE /{Bucket}?website',
  status: 204,
  action: 's3:DeleteBucketWebsite',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('website', undefined, context)
    return {}
  },
})
