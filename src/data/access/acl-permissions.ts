import type { Caller } from '../../protocol/caller.ts'
import { anonymousAccountId, canonicalUserId } from '../../protocol/canonical-user.ts'
import { allUsers, authenticatedUsers, type Permission, type StoredGrant } from '../objects/access-control-list.ts'

/**
 * What grants of access control lists allow. Source: user guide, "Access control list (ACL) overview", "Mapping of ACL permissions
 * and access policy permissions":
 *
 *   permission   on a bucket                                                    on an object
 *   READ         ListBucket, ListBucketVersions, ListBucketMultipartUploads     GetObject, GetObjectVersion, GetObjectTorrent
 *   WRITE        PutObject; for owners of objects also deleting them            nothing
 *   READ_ACP     GetBucketAcl                                                   GetObjectAcl, GetObjectVersionAcl
 *   WRITE_ACP    PutBucketAcl                                                   PutObjectAcl, PutObjectVersionAcl
 *   FULL_CONTROL all four                                                       all four
 *
 * Every other action is given by policies alone.
 */
const ofBuckets = new Map<string, Permission>([
  ['s3:ListBucket', 'READ'],
  ['s3:ListBucketVersions', 'READ'],
  ['s3:ListBucketMultipartUploads', 'READ'],
  ['s3:PutObject', 'WRITE'],
  ['s3:DeleteObject', 'WRITE'],
  ['s3:DeleteObjectVersion', 'WRITE'],
  ['s3:GetBucketAcl', 'READ_ACP'],
  ['s3:PutBucketAcl', 'WRITE_ACP'],
])

const ofObjects = new Map<string, Permission>([
  ['s3:GetObject', 'READ'],
  ['s3:GetObjectVersion', 'READ'],
  ['s3:GetObjectTorrent', 'READ'],
  ['s3:GetObjectAcl', 'READ_ACP'],
  ['s3:GetObjectVersionAcl', 'READ_ACP'],
  ['s3:PutObjectAcl', 'WRITE_ACP'],
  ['s3:PutObjectVersionAcl', 'WRITE_ACP'],
])

/** The permission on a bucket that an action needs; undefined: its list never gives it. */
export function bucketPermission(action: string): Permission | undefined {
  return ofBuckets.get(action)
}

/** The permission on an object that an action needs; undefined: its list never gives it. */
export function objectPermission(action: string): Permission | undefined {
  return ofObjects.get(action)
}

/** Whether a list grants a permission to a caller, by its account or by a group. `ignoresPublic`: IgnorePublicAcls is on. */
export function isGranted(
  grants: readonly StoredGrant[],
  permission: Permission,
  caller: Caller,
  ignoresPublic: boolean,
): boolean {
  const userId = canonicalUserId(caller.kind === 'anonymous' ? anonymousAccountId : caller.accountId)
  return grants.some(({ permission: given, grantee }) => {
    if (given !== permission && given !== 'FULL_CONTROL') return false
    if (grantee.type === 'CanonicalUser') return grantee.id === userId
    if (ignoresPublic) return false
    return grantee.uri === allUsers || (grantee.uri === authenticatedUsers && caller.kind !== 'anonymous')
  })
}
