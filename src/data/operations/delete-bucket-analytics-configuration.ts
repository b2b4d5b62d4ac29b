import { structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, deleteNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Removes an analytics configuration of a bucket by its id. Source: API_DeleteBucketAnalyticsConfiguration. */
export default defineOperation({
  name: 'DeleteBucketAnalyticsConfiguration',
  http: 'DELETE /{Bucket}?analytics',
  status: 204,
  action: 's3:PutAnalyticsConfiguration',
  input: structure(configurationLabels),
  output: structure({}),
  errors: ['NoSuchConfiguration'],
  async handle({ Id }, context) {
    await deleteNamedConfiguration('analytics', Id, context)
    return {}
  },
})
