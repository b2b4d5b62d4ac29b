import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { BucketLoggingStatus, checkLogging } from '../buckets/bucket-logging.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Says where access logs go; without LoggingEnabled: nowhere. No log is written. Source: API_PutBucketLogging. */
export default defineOperation({
  name: 'PutBucketLogging',
  http: 'PUT /{Bucket}?logging',
  action: 's3:PutBucketLogging',
  input: structure({ ...bucketLabel, BucketLoggingStatus: payload(required(BucketLoggingStatus)) }),
  output: structure({}),
  errors: ['CrossLocationLoggingProhibitted', 'InvalidTargetBucketForLogging'],
  async handle({ BucketLoggingStatus: configuration }, context) {
    checkLogging(configuration, context)
    await storeConfiguration('logging', configuration, context)
    return {}
  },
})
