import { header, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findLifecycle, LifecycleConfiguration } from '../objects/lifecycle.ts'

/** Returns the lifecycle rules of a bucket. Source: API_GetBucketLifecycleConfiguration. */
export default defineOperation({
  name: 'GetBucketLifecycleConfiguration',
  http: 'GET /{Bucket}?lifecycle',
  action: 's3:GetLifecycleConfiguration',
  input: structure(bucketLabel),
  output: structure(
    {
      ...LifecycleConfiguration.members,
      TransitionDefaultMinimumObjectSize: header('x-amz-transition-default-minimum-object-size', string()),
    },
    { xmlName: 'LifecycleConfiguration' },
  ),
  errors: ['NoSuchLifecycleConfiguration'],
  handle(_input, context) {
    const lifecycle = findLifecycle(context)
    if (!lifecycle) throw errors.NoSuchLifecycleConfiguration({ BucketName: context.bucket.name })
    return {
      Rules: [...lifecycle.rules],
      TransitionDefaultMinimumObjectSize: lifecycle.transitionDefaultMinimumObjectSize,
    }
  },
})
