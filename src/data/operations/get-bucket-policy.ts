import { header, payload, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Returns the policy of a bucket as it was sent. Source: API_GetBucketPolicy. */
export default defineOperation({
  name: 'GetBucketPolicy',
  http: 'GET /{Bucket}?policy',
  action: 's3:GetBucketPolicy',
  input: structure(bucketLabel),
  output: structure({ ContentType: header('Content-Type', string()), Policy: payload(string()) }),
  errors: ['NoSuchBucketPolicy'],
  handle(_input, { bucket }) {
    const { policy } = bucket
    if (policy === undefined) throw errors.NoSuchBucketPolicy({ BucketName: bucket.name })
    return { ContentType: 'application/json', Policy: policy }
  },
})
