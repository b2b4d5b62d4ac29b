import { structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { changeVersion, shownVersionId } from '../objects/versions.ts'
import { objectLabels, versionHeader, versionQuery } from '../shapes.ts'

/** Removes all tags of an object version. Source: API_DeleteObjectTagging. */
export default defineOperation({
  name: 'DeleteObjectTagging',
  http: 'DELETE /{Bucket}/{Key+}?tagging',
  status: 204,
  action: { plain: 's3:DeleteObjectTagging', versioned: 's3:DeleteObjectVersionTagging' },
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery }),
  output: structure(versionHeader),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  async handle(input, context) {
    const version = await changeVersion(input, context, ({ details: { tags: _, ...rest } }) => rest, 'TAGGING')
    return { VersionId: shownVersionId(version.versionId, context.bucket) }
  },
})
