import { header, payload, required, string, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { completeRules } from '../buckets/lifecycle-rules.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { LifecycleConfiguration, type StoredLifecycle } from '../objects/lifecycle.ts'
import { storeConfiguration } from '../stored-configuration.ts'

const minimumSizes = ['all_storage_classes_128K', 'varies_by_storage_class']
const minimumSizeHeader = {
  TransitionDefaultMinimumObjectSize: header('x-amz-transition-default-minimum-object-size', string()),
}

/**
 * Replaces the lifecycle rules of a bucket. They show in headers; no object expires or moves by them.
 * Source: API_PutBucketLifecycleConfiguration.
 */
export default defineOperation({
  name: 'PutBucketLifecycleConfiguration',
  http: 'PUT /{Bucket}?lifecycle',
  action: 's3:PutLifecycleConfiguration',
  bodyLimit: 1024 * 1024,
  input: structure({
    ...bucketLabel,
    ...minimumSizeHeader,
    LifecycleConfiguration: payload(required(LifecycleConfiguration)),
  }),
  output: structure(minimumSizeHeader),
  async handle(input, context) {
    const { TransitionDefaultMinimumObjectSize = 'all_storage_classes_128K' } = input
    if (!minimumSizes.includes(TransitionDefaultMinimumObjectSize)) {
      throw errors.InvalidRequest({
        Message: `Invalid TransitionDefaultMinimumObjectSize found: ${TransitionDefaultMinimumObjectSize}`,
      })
    }
    const lifecycle: StoredLifecycle = {
      rules: completeRules(input.LifecycleConfiguration.Rules),
      transitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize,
    }
    await storeConfiguration('lifecycle', lifecycle, context)
    return { TransitionDefaultMinimumObjectSize }
  },
})
