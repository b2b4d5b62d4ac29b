import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, VersioningConfiguration } from '../buckets/bucket-configuration.ts'
import { changeBucket } from '../buckets/buckets.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findReplication } from '../replication/configuration.ts'

/** Turns versioning on, or suspends it; it never goes away again. Source: API_PutBucketVersioning. */
export default defineOperation({
  name: 'PutBucketVersioning',
  http: 'PUT /{Bucket}?versioning',
  action: 's3:PutBucketVersioning',
  input: structure({ ...bucketLabel, VersioningConfiguration: payload(required(VersioningConfiguration)) }),
  output: structure({}),
  errors: ['IllegalVersioningConfigurationException', 'InvalidBucketState', 'NoSuchBucket'],
  ignores: ['x-amz-mfa'],
  async handle({ VersioningConfiguration: { Status: versioning, MFADelete } }, context) {
    const { bucket } = context
    if (MFADelete === 'Enabled') {
      throw errors.NotImplemented(
        { Message: 'MFA delete is not implemented.' },
        { hint: 'Leave MfaDelete out, or set it to Disabled.' },
      )
    }
    if (versioning === undefined) throw errors.IllegalVersioningConfigurationException()
    if (bucket.objectLock && versioning === 'Suspended') {
      throw errors.InvalidBucketState({
        Message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      })
    }
    if (versioning === 'Suspended' && findReplication(context)) {
      throw errors.InvalidBucketState({
        Message:
          'A replication configuration is present on this bucket, so you cannot change the versioning state. ' +
          'To change the versioning state, first delete the replication configuration.',
      })
    }
    await changeBucket(context, { versioning })
    return {}
  },
})
