import { flattened, structure } from '../../protocol/xml/shape.ts'
import {
  AnalyticsConfiguration,
  configurationListLabels,
  configurationPage,
  listNamedConfigurations,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Lists the analytics configurations of a bucket by id, a hundred at a time. Source: API_ListBucketAnalyticsConfigurations. */
export default defineOperation({
  name: 'ListBucketAnalyticsConfigurations',
  http: 'GET /{Bucket}?analytics',
  action: 's3:GetAnalyticsConfiguration',
  input: structure(configurationListLabels),
  output: structure(
    {
      ...configurationPage,
      AnalyticsConfigurationList: flattened(AnalyticsConfiguration, { xmlName: 'AnalyticsConfiguration' }),
    },
    { xmlName: 'ListBucketAnalyticsConfigurationResult' },
  ),
  handle({ ContinuationToken }, context) {
    const { items, page } = listNamedConfigurations(AnalyticsConfiguration, 'analytics', ContinuationToken, context)
    return { ...page, AnalyticsConfigurationList: items }
  },
})
