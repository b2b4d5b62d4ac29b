import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { CORSConfiguration } from '../buckets/cors.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Returns the CORS rules of a bucket. Source: API_GetBucketCors. */
export default defineOperation({
  name: 'GetBucketCors',
  http: 'GET /{Bucket}?cors',
  action: 's3:GetBucketCORS',
  input: structure(bucketLabel),
  output: structure({ CORSConfiguration: payload(CORSConfiguration) }),
  errors: ['NoSuchCORSConfiguration'],
  handle(_input, context) {
    const configuration = findConfiguration(CORSConfiguration, 'cors', context)
    if (!configuration) throw errors.NoSuchCORSConfiguration({ BucketName: context.bucket.name })
    return { CORSConfiguration: configuration }
  },
})
