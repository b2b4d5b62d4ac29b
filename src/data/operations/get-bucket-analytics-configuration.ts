import { payload, structure } from '../../server/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { AnalyticsConfiguration, configurationLabels, getNamedConfiguration } from '../named-configurations.ts'

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
