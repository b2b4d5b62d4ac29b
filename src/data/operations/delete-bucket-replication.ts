import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Ends the replication of new objects; what is on its way still arrives. Source: API_DeleteBucketReplication. */
export default defineOperation({
  name: 'DeleteBucketReplication',
  http: 'DELETE /{Bucket}?replication',
  status: 204,
  action: 's3:PutReplicationConfiguration',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('replication', undefined, context)
    return {}
  },
})
