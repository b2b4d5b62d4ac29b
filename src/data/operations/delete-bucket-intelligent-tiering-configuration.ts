import { structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, deleteNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Removes an intelligent tiering configuration of a bucket by its id. Source: API_DeleteBucketIntelligentTieringConfiguration. */
export default defineOperation({
  name: 'DeleteBucketIntelligentTieringConfiguration',
  http: 'DELETE /{Bucket}?intelligent-tiering',
  status: 204,
  action: 's3:PutIntelligentTieringConfiguration',
  input: structure(configurationLabels),
  output: structure({}),
  errors: ['NoSuchConfiguration'],
  async handle({ Id }, context) {
    await deleteNamedConfiguration('intelligent-tiering', Id, context)
    return {}
  },
})
