import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { checkBucketTags } from '../buckets/bucket-tags.ts'
import { defineOperation } from '../context.ts'
import { Tagging } from '../shapes.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Replaces the tags of a bucket; an empty set removes them. Source: API_PutBucketTagging. */
export default defineOperation({
  name: 'PutBucketTagging',
  http: 'PUT /{Bucket}?tagging',
  status: 204,
  action: 's3:PutBucketTagging',
  input: structure({ ...bucketLabel, Tagging: payload(required(Tagging)) }),
  output: structure({}),
  errors: ['InvalidTag'],
  async handle({ Tagging: { TagSet = [] } }, context) {
    checkBucketTags(TagSet.map(({ Key, Value }) => [Key, Value] as const))
    await storeConfiguration('tagging', TagSet.length > 0 ? { TagSet } : undefined, context)
    return {}
  },
})
