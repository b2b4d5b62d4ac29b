import { payload, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { aclOutput } from '../objects/access-control-list.ts'
import { requireVersion, shownVersionId } from '../objects/versions.ts'
import { AccessControlPolicy, objectLabels, versionHeader, versionQuery } from '../shapes.ts'

/**
 * Returns owner and grants of an object version. Where ACLs are off: full control of the bucket's owner. Source:
 * API_GetObjectAcl.
 */
export default defineOperation({
  name: 'GetObjectAcl',
  http: 'GET /{Bucket}/{Key+}?acl',
  action: { plain: 's3:GetObjectAcl', versioned: 's3:GetObjectVersionAcl' },
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery }),
  output: structure({ ...versionHeader, AccessControlPolicy: payload(AccessControlPolicy) }),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  handle(input, context) {
    const { bucket } = context
    const version = requireVersion(input, context)
    const isOff = bucket.objectOwnership === 'BucketOwnerEnforced'
    return {
      VersionId: shownVersionId(version.versionId, bucket),
      AccessControlPolicy: isOff
        ? aclOutput(undefined, bucket.accountId)
        : aclOutput(version.details.acl, version.ownerId),
    }
  },
})
