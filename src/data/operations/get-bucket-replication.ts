import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findReplication, ReplicationConfiguration } from '../replication/configuration.ts'

/** Shows the replication configuration as it was put; only ids of rules are added. Source: API_GetBucketReplication. */
export default defineOperation({
  name: 'GetBucketReplication',
  http: 'GET /{Bucket}?replication',
  action: 's3:GetReplicationConfiguration',
  input: structure(bucketLabel),
  output: structure({ ReplicationConfiguration: payload(ReplicationConfiguration) }),
  errors: ['ReplicationConfigurationNotFoundError'],
  handle(_input, context) {
    const configuration = findReplication(context)
    if (!configuration) throw errors.ReplicationConfigurationNotFoundError({ BucketName: context.bucket.name })
    return { ReplicationConfiguration: configuration }
  },
})
