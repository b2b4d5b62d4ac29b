import { payload, structure } from '../../server/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { configurationLabels, getNamedConfiguration, MetricsConfiguration } from '../named-configurations.ts'

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
