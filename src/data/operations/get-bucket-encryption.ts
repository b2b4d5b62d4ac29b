import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { initialEncryption, ServerSideEncryptionConfiguration } from '../objects/default-encryption.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Shows the default encryption of a bucket, which is SSE-S3 unless another was set. Source: API_GetBucketEncryption. */
export default defineOperation({
  name: 'GetBucketEncryption',
  http: 'GET /{Bucket}?encryption',
  action: 's3:GetEncryptionConfiguration',
  input: structure(bucketLabel),
  output: structure({ ServerSideEncryptionConfiguration: payload(ServerSideEncryptionConfiguration) }),
  handle: (_input, context) => ({
    ServerSideEncryptionConfiguration:
      findConfiguration(ServerSideEncryptionConfiguration, 'encryption', context) ?? initialEncryption,
  }),
})
