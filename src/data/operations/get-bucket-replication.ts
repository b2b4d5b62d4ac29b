import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Says that a bucket has no replication configuration: none can be put yet. Source: API_GetBucketReplication. */
export default defineOperation({
  name: 'GetBucketReplication',
  http: 'GET /{Bucket}?replication',
  action: 's3:GetReplicationConfiguration',
  input: structure(bucketLabel),
  output: structure({}),
  errors: ['ReplicationConfigurationNotFoundError'],
  handle(_input, { bucket }) {
    throw errors.ReplicationConfigurationNotFoundError({ BucketName: bucket.name })
  },
})
