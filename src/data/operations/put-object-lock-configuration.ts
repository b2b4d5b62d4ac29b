import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, checkDefaultRetention, ObjectLockConfiguration } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { changeBucket } from '../stored-configuration.ts'

/**
 * Turns Object Lock on, for good, and sets or removes the default retention of new objects. Kept as JSON in the words of the API.
 * Source: API_PutObjectLockConfiguration.
 */
export default defineOperation({
  name: 'PutObjectLockConfiguration',
  http: 'PUT /{Bucket}?object-lock',
  action: 's3:PutBucketObjectLockConfiguration',
  input: structure({ ...bucketLabel, ObjectLockConfiguration: payload(required(ObjectLockConfiguration)) }),
  output: structure({}),
  errors: ['InvalidBucketState', 'InvalidRetentionPeriod', 'NoSuchBucket'],
  ignores: ['x-amz-bucket-object-lock-token'],
  async handle({ ObjectLockConfiguration: configuration }, context) {
    checkDefaultRetention(configuration)
    await changeBucket(context, ({ versioning }) => {
      if (versioning !== 'Enabled') {
        throw errors.InvalidBucketState({
          Message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        })
      }
      return { objectLock: true, configurations: { objectLock: JSON.stringify(configuration) } }
    })
    return {}
  },
})
