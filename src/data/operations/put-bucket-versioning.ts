import { payload, required, structure } from '../../protocol/xml/shape.ts'
import type { Bucket } from '../../store/rows.ts'
import { bucketLabel, VersioningConfiguration } from '../buckets/bucket-configuration.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findReplication } from '../replication/configuration.ts'
import { changeBucket } from '../stored-configuration.ts'

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
    if (MFADelete === 'Enabled') {
      throw errors.NotImplemented(
        { Message: 'MFA delete is not implemented.' },
        { hint: 'Leave MfaDelete out, or set it to Disabled.' },
      )
    }
    if (versioning === undefined) throw errors.IllegalVersioningConfigurationException()
    await changeBucket(context, bucket => {
      if (versioning === 'Suspended') refuseSuspension(bucket, context)
      return { versioning }
    })
    return {}
  },
})

function refuseSuspension(bucket: Bucket, { store }: DataContext): void {
  if (bucket.objectLock) {
    throw errors.InvalidBucketState({
      Message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    })
  }
  if (findReplication({ store, bucket })) {
    throw errors.InvalidBucketState({
      Message:
        'A replication configuration is present on this bucket, so you cannot change the versioning state. ' +
        'To change the versioning state, first delete the replication configuration.',
    })
  }
}
