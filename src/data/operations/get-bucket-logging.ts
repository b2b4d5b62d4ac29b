import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { BucketLoggingStatus } from '../buckets/bucket-logging.ts'
import { defineOperation } from '../context.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Shows where access logs go; an empty document when nowhere. Source: API_GetBucketLogging. */
export default defineOperation({
  name: 'GetBucketLogging',
  http: 'GET /{Bucket}?logging',
  action: 's3:GetBucketLogging',
  input: structure(bucketLabel),
  output: BucketLoggingStatus,
  handle: (_input, context) => findConfiguration(BucketLoggingStatus, 'logging', context) ?? {},
})
