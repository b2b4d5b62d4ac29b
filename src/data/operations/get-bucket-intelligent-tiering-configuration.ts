import { payload, structure } from '../../protocol/xml/shape.ts'
import {
  configurationLabels,
  getNamedConfiguration,
  IntelligentTieringConfiguration,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

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
