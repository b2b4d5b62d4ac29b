import { required, structure } from '../../protocol/xml/shape.ts'
import { changeTags, checkTags, findTaggedBucket, resourceLabel, Tags } from '../bucket-tags.ts'
import { defineOperation } from '../context.ts'

/** Adds tags to a bucket; a key that it has gets the new value. Source: API_control_TagResource. */
export default defineOperation({
  name: 'TagResource',
  http: 'POST /v20180820/tags/{ResourceArn+}',
  status: 204,
  action: 's3:TagResource',
  input: structure({ ...resourceLabel, Tags: required(Tags) }, { xmlName: 'TagResourceRequest' }),
  output: structure({}),
  errors: ['InvalidTag', 'NoSuchResource'],
  async handle({ ResourceArn, Tags: sent }, context) {
    const bucket = findTaggedBucket(ResourceArn, context)
    checkTags(sent)
    const added = new Map(sent.map(({ Key, Value }) => [Key, Value]))
    await changeTags(
      bucket,
      tags => {
        const changed = tags.map(({ Key, Value }) => ({ Key, Value: added.get(Key) ?? Value }))
        const known = new Set(tags.map(({ Key }) => Key))
        return [...changed, ...sent.filter(({ Key }) => !known.has(Key))]
      },
      context,
    )
    return {}
  },
})
