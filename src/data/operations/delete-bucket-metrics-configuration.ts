import { structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, deleteNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Removes a metrics configuration of a bucket by its id. Source: API_DeleteBucketMetricsConfiguration. */
export default defineOperation({
  name: 'DeleteBucketMetricsConfiguration',
  http: 'DELETE /{Bucket}?metrics',
  status: 204,
  action: 's3:PutMetricsConfiguration',
  input: structure(configurationLabels),
  output: structure({}),
  errors: ['NoSuchConfiguration'],
  async handle({ Id }, context) {
    await deleteNamedConfiguration('metrics', Id, context)
    return {}
  },
})
