import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { tagValues } from '../access/policy-context.ts'
import { defineOperation } from '../context.ts'
import { checkTags } from '../objects/tags.ts'
import { changeVersion, shownVersionId } from '../objects/versions.ts'
import { objectLabels, Tagging, versionHeader, versionQuery } from '../shapes.ts'

/** Replaces the tags of an object version. Source: API_PutObjectTagging. */
export default defineOperation({
  name: 'PutObjectTagging',
  http: 'PUT /{Bucket}/{Key+}?tagging',
  action: { plain: 's3:PutObjectTagging', versioned: 's3:PutObjectVersionTagging' },
  acceptsMrap: true,
  judgesItself: true,
  input: structure({ ...objectLabels, ...versionQuery, Tagging: payload(required(Tagging)) }),
  output: structure(versionHeader),
  errors: ['InvalidTag', 'NoSuchKey', 'NoSuchVersion'],
  async handle(input, context) {
    const sent = (input.Tagging.TagSet ?? []).map(({ Key, Value }) => [Key, Value] as const)
    const { VersionId: versionId } = input
    const action = versionId === undefined ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging'
    context.authorize(action, input.Key, { versionId, values: tagValues(sent) })
    const tags = checkTags(sent)
    const version = await changeVersion(input, context, ({ details }) => ({ ...details, tags }), 'TAGGING')
    return { VersionId: shownVersionId(version.versionId, context.bucket) }
  },
})
