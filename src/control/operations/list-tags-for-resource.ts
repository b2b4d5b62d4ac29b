import { structure } from '../../protocol/xml/shape.ts'
import { findTaggedBucket, resourceLabel, Tags, tagsOf } from '../bucket-tags.ts'
import { defineOperation } from '../context.ts'

/** Lists the tags of a bucket. Source: API_control_ListTagsForResource. */
export default defineOperation({
  name: 'ListTagsForResource',
  http: 'GET /v20180820/tags/{ResourceArn+}',
  action: 's3:ListTagsForResource',
  input: structure(resourceLabel),
  output: structure({ Tags }),
  errors: ['NoSuchResource'],
  handle: ({ ResourceArn }, context) => ({ Tags: [...tagsOf(findTaggedBucket(ResourceArn, context), context)] }),
})
