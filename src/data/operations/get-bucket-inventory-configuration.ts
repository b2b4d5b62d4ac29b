import { payload, structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, getNamedConfiguration, InventoryConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Returns an inventory configuration of a bucket by its id. Source: API_GetBucketInventoryConfiguration. */
export default defineOperation({
  name: 'GetBucketInventoryConfiguration',
  http: 'GET /{Bucket}?inventory&id',
  action: 's3:GetInventoryConfiguration',
  input: structure(configurationLabels),
  output: structure({ InventoryConfiguration: payload(InventoryConfiguration) }),
  errors: ['NoSuchConfiguration'],
  handle: ({ Id }, context) => ({
    InventoryConfiguration: getNamedConfiguration(InventoryConfiguration, 'inventory', Id, context),
  }),
})
