import { structure } from '../../server/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { configurationLabels, deleteNamedConfiguration } from '../named-configurations.ts'

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
