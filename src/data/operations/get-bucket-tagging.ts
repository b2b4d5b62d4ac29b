import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { Tagging } from '../shapes.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Returns the tags of a bucket. Source: API_GetBucketTagging. */
export default defineOperation({
  name: 'GetBucketTagging',
  http: 'GET /{Bucket}?tagging',
  action: 's3:GetBucketTagging',
  input: structure(bucketLabel),
  output: Tagging,
  errors: ['NoSuchTagSet'],
  handle(_input, context) {
    const tagging = findConfiguration(Tagging, 'tagging', context)
    if (!tagging) throw errors.NoSuchTagSet({ BucketName: context.bucket.name })
    return tagging
  },
})
