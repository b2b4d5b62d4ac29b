import { payload, structure } from '../../protocol/xml/shape.ts'
import { AnalyticsConfiguration, configurationLabels, getNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Returns an analytics configuration of a bucket by its id. Source: API_GetBucketAnalyticsConfiguration. */
export default defineOperation({
  name: 'GetBucketAnalyticsConfiguration',
  http: 'GET /{Bucket}?analytics&id',
  action: 's3:GetAnalyticsConfiguration',
  input: structure(configurationLabels),
  output: structure({ AnalyticsConfiguration: payload(AnalyticsConfiguration) }),
  errors: ['NoSuchConfiguration'],
  handle: ({ Id }, context) => ({
    AnalyticsConfiguration: getNamedConfiguration(AnalyticsConfiguration, 'analytics', Id, context),
  }),
})
