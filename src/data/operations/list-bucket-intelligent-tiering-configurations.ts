import { flattened, structure } from '../../protocol/xml/shape.ts'
import {
  configurationListLabels,
  configurationPage,
  IntelligentTieringConfiguration,
  listNamedConfigurations,
} from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'

/** Lists the intelligent tiering configurations of a bucket by id, a hundred at a time. Source: API_ListBucketIntelligentTieringConfigurations. */
export default defineOperation({
  name: 'ListBucketIntelligentTieringConfigurations',
  http: 'GET /{Bucket}?intelligent-tiering',
  action: 's3:GetIntelligentTieringConfiguration',
  input: structure(configurationListLabels),
  output: structure(
    {
      ...configurationPage,
      IntelligentTieringConfigurationList: flattened(IntelligentTieringConfiguration, {
        xmlName: 'IntelligentTieringConfiguration',
      }),
    },
    { xmlName: 'ListBucketIntelligentTieringConfigurationsOutput' },
  ),
  handle({ ContinuationToken }, context) {
    const { items, page } = listNamedConfigurations(
      IntelligentTieringConfiguration,
      'intelligent-tiering',
      ContinuationToken,
      context,
    )
    return { ...page, IntelligentTieringConfigurationList: items }
  },
})
