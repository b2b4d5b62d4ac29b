import { payload, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { requireVersion, shownVersionId } from '../objects/versions.ts'
import { objectLabels, Tagging, versionHeader, versionQuery } from '../shapes.ts'

/** Returns the tags of an object version; none is an empty set. Source: API_GetObjectTagging. */
export default defineOperation({
  name: 'GetObjectTagging',
  http: 'GET /{Bucket}/{Key+}?tagging',
  action: { plain: 's3:GetObjectTagging', versioned: 's3:GetObjectVersionTagging' },
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery }),
  output: structure({ ...versionHeader, Tagging: payload(Tagging) }),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  handle(input, context) {
    const { bucket } = context
    // Of all operations this one shows the key of a missing object with its bucket (recorded).
    // Of a deleted one it says that it is a delete marker (recorded).
    const version = requireVersion(input, context, { shownKey: `${bucket.name}/${input.Key}`, namesMarker: true })
    const tags = version.details.tags ?? []
    return {
      VersionId: shownVersionId(version.versionId, bucket),
      Tagging: { TagSet: tags.map(([Key, Value]) => ({ Key, Value })) },
    }
  },
})
