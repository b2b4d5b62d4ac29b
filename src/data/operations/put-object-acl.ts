import { header, payload, string, structure } from '../../protocol/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import { defineOperation } from '../context.ts'
import { replacedAcl } from '../objects/access-control-list.ts'
import { changeVersion, shownVersionId } from '../objects/versions.ts'
import { AccessControlPolicy, aclHeaders, objectLabels, versionHeader, versionQuery } from '../shapes.ts'

/**
 * Replaces the access control list of an object version: a canned one, grant headers, or a document. Source:
 * API_PutObjectAcl.
 */
export default defineOperation({
  name: 'PutObjectAcl',
  http: 'PUT /{Bucket}/{Key+}?acl',
  action: { plain: 's3:PutObjectAcl', versioned: 's3:PutObjectVersionAcl' },
  acceptsMrap: true,
  input: structure({
    ...objectLabels,
    ...versionQuery,
    ...aclHeaders,
    GrantWrite: header('x-amz-grant-write', string()),
    AccessControlPolicy: payload(AccessControlPolicy),
  }),
  output: structure(versionHeader),
  errors: ['AccessControlListNotSupported', 'MalformedACLError', 'NoSuchKey', 'NoSuchVersion', 'UnexpectedContent'],
  async handle(input, context) {
    const change = ({ details, ownerId }: ObjectVersion) => {
      const { acl: _, ...rest } = details
      const acl = replacedAcl(input, ownerId, context)
      return acl ? { ...rest, acl } : rest
    }
    const version = await changeVersion(input, context, change, 'ACL')
    return { VersionId: shownVersionId(version.versionId, context.bucket) }
  },
})
