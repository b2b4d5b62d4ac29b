import { flattened, structure } from '../../protocol/xml/shape.ts'
import {
  configurationListLabels,
  configurationPage,
  listNamedConfigurations,
  MetricsConfiguration,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Lists the metrics configurations of a bucket by id, a hundred at a time. Source: API_ListBucketMetricsConfigurations. */
export default defineOperation({
  name: 'ListBucketMetricsConfigurations',
  http: 'GET /{Bucket}?metrics',
  action: 's3:GetMetricsConfiguration',
  input: structure(configurationListLabels),
  output: structure(
    {
      ...configurationPage,
      MetricsConfigurationList: flattened(MetricsConfiguration, { xmlName: 'MetricsConfiguration' }),
    },
    { xmlName: 'ListMetricsConfigurationsResult' },
  ),
  handle({ ContinuationToken }, context) {
    const { items, page } = listNamedConfigurations(MetricsConfiguration, 'metrics', ContinuationToken, context)
    return { ...page, MetricsConfigurationList: items }
  },
})
