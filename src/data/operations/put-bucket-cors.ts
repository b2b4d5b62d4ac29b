import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { CORSConfiguration, checkCors } from '../buckets/cors.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Sets the CORS rules of a bucket, in place of those it has. Source: API_PutBucketCors. */
export default defineOperation({
  name: 'PutBucketCors',
  http: 'PUT /{Bucket}?cors',
  action: 's3:PutBucketCORS',
  input: structure({ ...bucketLabel, CORSConfiguration: payload(required(CORSConfiguration)) }),
  output: structure({}),
  async handle({ CORSConfiguration: configuration }, context) {
    checkCors(configuration)
    await storeConfiguration('cors', configuration, context)
    return {}
  },
})
