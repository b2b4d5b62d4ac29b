import { list, query, required, string, structure } from '../../protocol/xml/shape.ts'
import { changeTags, findTaggedBucket, resourceLabel } from '../bucket-tags.ts'
import { defineOperation } from '../context.ts'

/** Removes tags of a bucket by their keys; keys that it does not have are no error. Source: API_control_UntagResource. */
export default defineOperation({
  name: 'UntagResource',
  http: 'DELETE /v20180820/tags/{ResourceArn+}',
  status: 204,
  action: 's3:UntagResource',
  input: structure({ ...resourceLabel, TagKeys: query('tagKeys', required(list(string()))) }),
  output: structure({}),
  errors: ['NoSuchResource'],
  async handle({ ResourceArn, TagKeys }, context) {
    const bucket = findTaggedBucket(ResourceArn, context)
    await changeTags(bucket, tags => tags.filter(({ Key }) => !TagKeys.includes(Key)), context)
    return {}
  },
})
