import { payload, required, structure } from '../../protocol/xml/shape.ts'
import {
  configurationLabels,
  IntelligentTieringConfiguration,
  putNamedConfiguration,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Adds an intelligent tiering configuration to a bucket, or replaces the one of this id. Source: API_PutBucketIntelligentTieringConfiguration. */
export default defineOperation({
  name: 'PutBucketIntelligentTieringConfiguration',
  http: 'PUT /{Bucket}?intelligent-tiering',
  status: 204,
  action: 's3:PutIntelligentTieringConfiguration',
  input: structure({
    ...configurationLabels,
    IntelligentTieringConfiguration: payload(required(IntelligentTieringConfiguration)),
  }),
  output: structure({}),
  errors: ['TooManyConfigurations'],
  async handle({ Id, IntelligentTieringConfiguration: configuration }, context) {
    if (configuration.Id !== Id) throw errors.MalformedXML()
    await putNamedConfiguration('intelligent-tiering', configuration, context)
    return {}
  },
})
