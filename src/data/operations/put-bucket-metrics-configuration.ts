import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, MetricsConfiguration, putNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Adds a metrics configuration to a bucket, or replaces the one of this id. Source: API_PutBucketMetricsConfiguration. */
export default defineOperation({
  name: 'PutBucketMetricsConfiguration',
  http: 'PUT /{Bucket}?metrics',
  status: 204,
  action: 's3:PutMetricsConfiguration',
  input: structure({ ...configurationLabels, MetricsConfiguration: payload(required(MetricsConfiguration)) }),
  output: structure({}),
  errors: ['TooManyConfigurations'],
  async handle({ Id, MetricsConfiguration: configuration }, context) {
    // ASSUMED: as with analytics and intelligent tiering, of which it is recorded.
    if (configuration.Id !== Id) throw errors.MalformedXML()
    await putNamedConfiguration('metrics', configuration, context)
    return {}
  },
})
