import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { ReplicationConfiguration } from '../replication/configuration.ts'
import { putReplication } from '../replication/put-configuration.ts'

/** Replaces the rules by which the objects of a bucket are replicated. Source: API_PutBucketReplication. */
export default defineOperation({
  name: 'PutBucketReplication',
  http: 'PUT /{Bucket}?replication',
  action: 's3:PutReplicationConfiguration',
  input: structure({ ...bucketLabel, ReplicationConfiguration: payload(required(ReplicationConfiguration)) }),
  output: structure({}),
  bodyLimit: 2 * 1024 * 1024,
  // Once a token from AWS Support, without which a bucket with Object Lock could not be a source.
  ignores: ['x-amz-bucket-object-lock-token'],
  async handle({ ReplicationConfiguration: configuration }, context) {
    await putReplication(configuration, context)
    return {}
  },
})
