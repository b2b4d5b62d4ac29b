import { accountOf } from '../../protocol/caller.ts'
import { anonymousAccountId, anonymousUserId, canonicalUserId } from '../../protocol/canonical-user.ts'
import type { Infer, InferMembers } from '../../protocol/xml/shape.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import type { AccessControlPolicy, aclHeaders, permissions } from '../shapes.ts'

/**
 * Access control lists of objects and buckets as data: read from canned names, grant headers or XML, stored as grants.
 * What a grant allows is decided where requests are authorized. Sentences as recorded from the service (mrap-spec
 * 12.10).
 */
export interface StoredGrant {
  readonly permission: Permission
  readonly grantee:
    | { readonly type: 'CanonicalUser'; readonly id: string }
    | { readonly type: 'Group'; readonly uri: string }
}
export interface StoredAcl {
  readonly grants: readonly StoredGrant[]
}
export type Permission = (typeof permissions)[number]
export type AclHeaders = InferMembers<typeof aclHeaders> & { readonly GrantWrite?: string | undefined }

const groups = 'http://acs.amazonaws.com/groups/'
/** Everybody, signed or not. */
export const allUsers = `${groups}global/AllUsers`
/** Everybody with an AWS account. */
export const authenticatedUsers = `${groups}global/AuthenticatedUsers`
const knownGroups = new Set([allUsers, authenticatedUsers, `${groups}s3/LogDelivery`])

/** Amazon EC2's account for `aws-exec-read`, as the service shows it. */
const execReader = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c'

/** Source: user guide, "Access control list (ACL) overview". */
const mostGrants = 100

const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const
type CannedAcl = (typeof cannedAcls)[number]

/** The grants of a stored ACL (`details.acl` of a version); absent: private to the owner, an account id. */
export function aclGrants(acl: unknown, ownerId: string): readonly StoredGrant[] {
  return isStoredAcl(acl) ? acl.grants : [userGrant(canonicalUserId(ownerId), 'FULL_CONTROL')]
}

/**
 * What the ACL headers of a write say: the list (undefined: private to the owner) and the account that will own the
 * object. Throws AccessControlListNotSupported where ACLs are off, AccessDenied where Block Public Access forbids a
 * public list, InvalidArgument and InvalidRequest for what S3 cannot read.
 */
export function storedAclOf(
  input: AclHeaders,
  context: DataContext,
): { readonly acl: StoredAcl | undefined; readonly ownerId: string } {
  const { bucket } = context
  const canned = cannedAclOf(input.ACL)
  const grants = headerGrants(input)
  refuseBoth(canned, grants)
  const writerId = accountOf(context.caller) ?? anonymousAccountId
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    // ASSUMED: `private` asks for what is so anyway when the bucket's own account writes; of others it is refused (one public report, 2026).
    const isOwnPrivate = canned === 'private' && writerId === bucket.accountId
    if (!isOwnPrivate) requireOwnerFullControl(canned, grants, bucket.accountId)
    return { acl: undefined, ownerId: bucket.accountId }
  }
  const isHandedOver = bucket.objectOwnership === 'BucketOwnerPreferred' && canned === 'bucket-owner-full-control'
  const ownerId = isHandedOver ? bucket.accountId : writerId
  const list = grants ?? (canned && cannedGrants(canned, ownerId, bucket.accountId))
  if (!list || canned === 'private') return { acl: undefined, ownerId }
  refusePublic(list, context)
  return { acl: { grants: list }, ownerId }
}

/** How PutBucketAcl and PutObjectAcl are sent. */
export type AclInput = AclHeaders & { readonly AccessControlPolicy?: Infer<typeof AccessControlPolicy> | undefined }

/**
 * The new list of a bucket or an object: from exactly one of canned name, grant headers and body; undefined: private. `ownerId` is
 * the account that owns it. Throws like `storedAclOf`, and MissingSecurityHeader, UnexpectedContent, MalformedACLError.
 */
export function replacedAcl(input: AclInput, ownerId: string, context: DataContext): StoredAcl | undefined {
  const { bucket } = context
  const canned = cannedAclOf(input.ACL)
  const granted = headerGrants(input)
  refuseBoth(canned, granted)
  const document = input.AccessControlPolicy
  if (document && (canned || granted)) throw errors.UnexpectedContent()
  if (!document && !canned && !granted) throw errors.MissingSecurityHeader({ MissingHeaderName: 'x-amz-acl' })
  const grants = document ? documentGrants(document) : granted
  const owner = document?.Owner.ID
  // The document's owner is read before anybody looks whether the bucket takes lists (recorded).
  if (owner !== undefined) checkId(owner, 'CanonicalUser/ID')
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    requireOwnerFullControl(canned, grants, bucket.accountId)
    return undefined
  }
  if (owner !== undefined && owner !== canonicalUserId(ownerId)) {
    throw errors.AccessDenied(
      {},
      { hint: 'The Owner of the document is not the owner, who cannot be changed this way.' },
    )
  }
  const list = grants ?? (canned && cannedGrants(canned, ownerId, bucket.accountId))
  if (!list || canned === 'private') return undefined
  refusePublic(list, context)
  return { grants: list }
}

/** The stored ACL of a version as an answer shows it. */
export function aclOutput(acl: unknown, ownerId: string): Infer<typeof AccessControlPolicy> {
  return shownAcl(aclGrants(acl, ownerId), ownerId)
}

/** Grants as an answer shows them. `ownerId` is the account that owns the bucket or object. */
export function shownAcl(grants: readonly StoredGrant[], ownerId: string): Infer<typeof AccessControlPolicy> {
  return {
    Owner: { ID: canonicalUserId(ownerId) },
    AccessControlList: grants.map(({ grantee, permission }) => ({
      Grantee:
        grantee.type === 'Group' ? { Type: 'Group', URI: grantee.uri } : { Type: 'CanonicalUser', ID: grantee.id },
      Permission: permission,
    })),
  }
}

/** The grants of a canned ACL. `ownerId` and `bucketOwnerId` are account ids. Source: user guide, "Canned ACL". */
export function cannedGrants(canned: CannedAcl, ownerId: string, bucketOwnerId: string): readonly StoredGrant[] {
  const own = userGrant(canonicalUserId(ownerId), 'FULL_CONTROL')
  switch (canned) {
    case 'private':
      return [own]
    case 'public-read':
      return [own, groupGrant(allUsers, 'READ')]
    case 'public-read-write':
      return [own, groupGrant(allUsers, 'READ'), groupGrant(allUsers, 'WRITE')]
    case 'authenticated-read':
      return [own, groupGrant(authenticatedUsers, 'READ')]
    case 'aws-exec-read':
      return [own, userGrant(execReader, 'READ')]
    case 'bucket-owner-read':
    case 'bucket-owner-full-control': {
      if (ownerId === bucketOwnerId) return [own]
      const permission = canned === 'bucket-owner-read' ? 'READ' : 'FULL_CONTROL'
      return [own, userGrant(canonicalUserId(bucketOwnerId), permission)]
    }
  }
}

/** True when somebody outside the named accounts gets in: the two groups that S3 calls public. */
export function isPublicAcl(grants: readonly StoredGrant[]): boolean {
  return grants.some(
    ({ grantee }) => grantee.type === 'Group' && (grantee.uri === allUsers || grantee.uri === authenticatedUsers),
  )
}

/** The canned name of a request; undefined: none sent. Throws InvalidArgument (without a sentence, as the service). */
export function cannedAclOf(value: string | undefined): CannedAcl | undefined {
  if (value === undefined) return undefined
  const canned = cannedAcls.find(name => name === value)
  if (canned) return canned
  throw errors.InvalidArgument({ Message: '', ArgumentName: 'x-amz-acl', ArgumentValue: value })
}

/** The grants of the `x-amz-grant-*` headers; undefined: none sent. */
export function headerGrants(input: AclHeaders): readonly StoredGrant[] | undefined {
  const headers = [
    ['x-amz-grant-full-control', 'FULL_CONTROL', input.GrantFullControl],
    ['x-amz-grant-read', 'READ', input.GrantRead],
    ['x-amz-grant-write', 'WRITE', input.GrantWrite],
    ['x-amz-grant-read-acp', 'READ_ACP', input.GrantReadACP],
    ['x-amz-grant-write-acp', 'WRITE_ACP', input.GrantWriteACP],
  ] as const
  if (headers.every(([, , value]) => value === undefined)) return undefined
  return headers.flatMap(([name, permission, value]) =>
    value === undefined ? [] : value.split(',').map(grantee => readGrantee(grantee.trim(), name, permission)),
  )
}

/** `id="..."`, `uri="..."` or `emailAddress="..."`; the quotes may be missing. */
function readGrantee(text: string, header: string, permission: Permission): StoredGrant {
  const equals = text.indexOf('=')
  const kind = text.slice(0, Math.max(equals, 0)).trim()
  const value = text
    .slice(equals + 1)
    .trim()
    .replace(/^"|"$/g, '')
  if (kind === 'id') return userGrant(checkId(value, 'id'), permission)
  if (kind === 'uri') return groupGrant(checkGroup(value, 'uri'), permission)
  if (kind === 'emailAddress') throw emailRefused()
  throw errors.InvalidArgument({
    Message: 'Argument format not recognized',
    ArgumentName: header,
    ArgumentValue: text,
  })
}

function documentGrants(document: Infer<typeof AccessControlPolicy>): readonly StoredGrant[] {
  // ASSUMED: how a list of more than 100 grants is refused; the limit is documented.
  if (document.AccessControlList.length > mostGrants) throw errors.MalformedACLError()
  return document.AccessControlList.map(({ Grantee: grantee, Permission: permission }) => {
    switch (grantee.Type) {
      case 'CanonicalUser':
        if (grantee.ID === undefined) throw errors.MalformedACLError()
        return userGrant(checkId(grantee.ID, 'CanonicalUser/ID'), permission)
      case 'Group':
        if (grantee.URI === undefined) throw errors.MalformedACLError()
        return groupGrant(checkGroup(grantee.URI, 'Group/URI'), permission)
      case 'AmazonCustomerByEmail':
        throw emailRefused()
      default:
        throw errors.MalformedACLError()
    }
  })
}

function refuseBoth(canned: CannedAcl | undefined, grants: readonly StoredGrant[] | undefined): void {
  if (!canned || !grants) return
  throw errors.InvalidRequest({ Message: 'Specifying both Canned ACLs and Header Grants is not allowed' })
}

/** Where ACLs are off, only full control for the bucket's owner may be asked, in any form: it changes nothing. */
function requireOwnerFullControl(
  canned: CannedAcl | undefined,
  grants: readonly StoredGrant[] | undefined,
  bucketOwnerId: string,
): void {
  const isOwners = grants === undefined || givesOwnerAlone(grants, bucketOwnerId)
  if (isOwners && (canned === undefined || canned === 'bucket-owner-full-control')) return
  throw errors.AccessControlListNotSupported(
    {},
    {
      hint:
        'ACLs are off on this bucket (BucketOwnerEnforced, the default since April 2023). Leave the ACL out, grant access with a bucket policy, ' +
        'or set object ownership to BucketOwnerPreferred.',
    },
  )
}

/** Whether a list says no more than that the owner, an account id, has full control: the list of what is private. */
export function givesOwnerAlone(grants: readonly StoredGrant[], ownerId: string): boolean {
  const owner = canonicalUserId(ownerId)
  return grants.every(
    ({ grantee, permission }) =>
      permission === 'FULL_CONTROL' && grantee.type === 'CanonicalUser' && grantee.id === owner,
  )
}

/** Throws AccessDenied for a public list where Block Public Access forbids it. */
function refusePublic(grants: readonly StoredGrant[], { isBlocked }: Pick<DataContext, 'isBlocked'>): void {
  if (!isPublicAcl(grants) || !isBlocked('blockPublicAcls')) return
  throw errors.AccessDenied({}, { hint: 'The ACL is public and Block Public Access (BlockPublicAcls) is on.' })
}

/** ASSUMED: every well-formed canonical user id is somebody's. */
function checkId(id: string, argumentName: string): string {
  if (/^[0-9a-f]{64}$/.test(id) || id === anonymousUserId) return id
  throw errors.InvalidArgument({ Message: 'Invalid id', ArgumentName: argumentName, ArgumentValue: id })
}

function checkGroup(uri: string, argumentName: string): string {
  if (knownGroups.has(uri)) return uri
  throw errors.InvalidArgument({ Message: 'Invalid group uri', ArgumentName: argumentName, ArgumentValue: uri })
}

/** Grantees by e-mail address ended in October 2025. */
function emailRefused() {
  return errors.MethodNotAllowed(
    {},
    { hint: 'Name the grantee by canonical user id: e-mail addresses are no longer accepted.' },
  )
}

function userGrant(id: string, permission: Permission): StoredGrant {
  return { permission, grantee: { type: 'CanonicalUser', id } }
}

function groupGrant(uri: string, permission: Permission): StoredGrant {
  return { permission, grantee: { type: 'Group', uri } }
}

function isStoredAcl(acl: unknown): acl is StoredAcl {
  return typeof acl === 'object' && acl !== null && 'grants' in acl
}
