import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { AnalyticsConfiguration, configurationLabels, putNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Adds an analytics configuration to a bucket, or replaces the one of this id. Source: API_PutBucketAnalyticsConfiguration. */
export default defineOperation({
  name: 'PutBucketAnalyticsConfiguration',
  http: 'PUT /{Bucket}?analytics',
  status: 204,
  action: 's3:PutAnalyticsConfiguration',
  input: structure({ ...configurationLabels, AnalyticsConfiguration: payload(required(AnalyticsConfiguration)) }),
  output: structure({}),
  errors: ['TooManyConfigurations'],
  async handle({ Id, AnalyticsConfiguration: configuration }, context) {
    if (configuration.Id !== Id) throw errors.MalformedXML()
    await putNamedConfiguration('analytics', configuration, context)
    return {}
  },
})
