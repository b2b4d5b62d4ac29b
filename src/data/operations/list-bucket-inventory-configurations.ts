import { flattened, structure } from '../../protocol/xml/shape.ts'
import {
  configurationListLabels,
  configurationPage,
  InventoryConfiguration,
  listNamedConfigurations,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Lists the inventory configurations of a bucket by id, a hundred at a time. Source: API_ListBucketInventoryConfigurations. */
export default defineOperation({
  name: 'ListBucketInventoryConfigurations',
  http: 'GET /{Bucket}?inventory',
  action: 's3:GetInventoryConfiguration',
  input: structure(configurationListLabels),
  output: structure(
    {
      ...configurationPage,
      InventoryConfigurationList: flattened(InventoryConfiguration, { xmlName: 'InventoryConfiguration' }),
    },
    { xmlName: 'ListInventoryConfigurationsResult' },
  ),
  handle({ ContinuationToken }, context) {
    const { items, page } = listNamedConfigurations(InventoryConfiguration, 'inventory', ContinuationToken, context)
    return { ...page, InventoryConfigurationList: items }
  },
})
