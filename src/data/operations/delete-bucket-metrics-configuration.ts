import { structure } from '../../server/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { configurationLabels, deleteNamedConfiguration } from '../named-configurations.ts'

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
