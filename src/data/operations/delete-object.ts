import { boolean, header, string, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { deleteVersion } from '../objects/deletion.ts'
import { bypassOf } from '../objects/object-lock.ts'
import { expectationOf } from '../objects/preconditions.ts'
import { bypassGovernanceHeader, objectLabels, versionHeader, versionQuery } from '../shapes.ts'

/**
 * Removes an object, puts a delete marker on top of it where versioning is on, or removes the version named. What is
 * not there is deleted as well: 204. Source: API_DeleteObject. Multi-factor deletion is not emulated: `x-amz-mfa` has
 * no effect.
 */
export default defineOperation({
  name: 'DeleteObject',
  http: 'DELETE /{Bucket}/{Key+}',
  status: 204,
  action: { plain: 's3:DeleteObject', versioned: 's3:DeleteObjectVersion' },
  acceptsMrap: true,
  input: structure({
    ...objectLabels,
    ...versionQuery,
    ...bypassGovernanceHeader,
    IfMatch: header('If-Match', string()),
  }),
  output: structure({ ...versionHeader, DeleteMarker: header('x-amz-delete-marker', boolean()) }),
  errors: ['NoSuchKey', 'PreconditionFailed'],
  ignores: ['x-amz-mfa'],
  async handle(input, context) {
    const bypassGovernance = bypassOf(input.BypassGovernanceRetention, context)
    const expect = expectationOf({ IfMatch: input.IfMatch }, { takesStar: true })
    const deleted = await deleteVersion(input, context, { bypassGovernance, expect })
    return {
      VersionId: deleted.versionId,
      DeleteMarker: deleted.isDeleteMarker || undefined,
    }
  },
})
