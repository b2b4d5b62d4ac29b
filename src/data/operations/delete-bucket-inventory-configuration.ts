import { structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, deleteNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Removes an inventory configuration of a bucket by its id. Source: API_DeleteBucketInventoryConfiguration. */
export default defineOperation({
  name: 'DeleteBucketInventoryConfiguration',
  http: 'DELETE /{Bucket}?inventory',
  status: 204,
  action: 's3:PutInventoryConfiguration',
  input: structure(configurationLabels),
  output: structure({}),
  errors: ['NoSuchConfiguration'],
  async handle({ Id }, context) {
    await deleteNamedConfiguration('inventory', Id, context)
    return {}
  },
})
