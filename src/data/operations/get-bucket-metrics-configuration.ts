import { payload, structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, getNamedConfiguration, MetricsConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Returns a metrics configuration of a bucket by its id. Source: API_GetBucketMetricsConfiguration. */
export default defineOperation({
  name: 'GetBucketMetricsConfiguration',
  http: 'GET /{Bucket}?metrics&id',
  action: 's3:GetMetricsConfiguration',
  input: structure(configurationLabels),
  output: structure({ MetricsConfiguration: payload(MetricsConfiguration) }),
  errors: ['NoSuchConfiguration'],
  handle: ({ Id }, context) => ({
    MetricsConfiguration: getNamedConfiguration(MetricsConfiguration, 'metrics', Id, context),
  }),
})
