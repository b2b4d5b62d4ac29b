import { payload, structure } from '../../server/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { configurationLabels, getNamedConfiguration, IntelligentTieringConfiguration } from '../named-configurations.ts'

/** Returns an intelligent tiering configuration of a bucket by its id. Source: API_GetBucketIntelligentTieringConfiguration. */
export default defineOperation({
  name: 'GetBucketIntelligentTieringConfiguration',
  http: 'GET /{Bucket}?intelligent-tiering&id',
  action: 's3:GetIntelligentTieringConfiguration',
  input: structure(configurationLabels),
  output: structure({ IntelligentTieringConfiguration: payload(IntelligentTieringConfiguration) }),
  errors: ['NoSuchConfiguration'],
  handle: ({ Id }, context) => ({
    IntelligentTieringConfiguration: getNamedConfiguration(
      IntelligentTieringConfiguration,
      'intelligent-tiering',
      Id,
      context,
    ),
  }),
})
