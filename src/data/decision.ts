import type { Caller } from '../server/caller.ts'
import { anonymousAccountId } from '../server/canonical-user.ts'
import type { Clock } from '../server/clock.ts'
import { formatBucketArn, formatMrapArn, formatMrapObjectArn, formatObjectArn } from '../server/endpoint/arn.ts'
import { type Decision, evaluate, explain, type PolicyRequest } from '../server/policy/evaluate.ts'
import { establishedPolicy } from '../store/mrap-policy.ts'
import type { Bucket, ObjectVersion } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { aclGrants } from './access-control.ts'
import { bucketPermission, isGranted, objectPermission } from './acl-permissions.ts'
import { bucketGrants } from './bucket-acl.ts'
import { readBucketPolicy } from './bucket-policy.ts'
import type { MrapAccess } from './context.ts'
import { readMrapPolicy } from './mrap-policy.ts'
import { conditionContext, type RequestFacts } from './policy-context.ts'
import { type AccountBlocks, isBlocked } from './public-access.ts'
import { type StoredPolicy, storedPolicy } from './stored-policies.ts'

/** One thing that somebody wants to do. */
export interface Asked extends RequestFacts {
  /** E.g. `s3:GetObject`. */
  readonly action: string
  /** undefined: the bucket itself. */
  readonly key: string | undefined
  readonly versionId?: string | undefined
  readonly caller: Caller
  readonly bucket: Bucket
  readonly mrap: MrapAccess | undefined
  /**
   * The account that will own what is being written, for an action that goes with the write (tags, lock, ACL of a new object): who
   * owns an object needs nobody's leave for it, but a Deny holds.
   */
  readonly writtenFor?: string | undefined
}

/** Where the layers are found. */
export interface Layering {
  readonly store: Store
  readonly clock: Clock
  readonly accountBlocks: AccountBlocks
}

/** What every layer says about one request to one resource: an MRAP, a bucket, or an object. */
export interface Layers {
  /** Whether the caller's account owns the resource. A root has no identity policies that could say no. */
  readonly standing: 'owner' | 'other'
  /** The resource's policy. */
  readonly policy: Decision
  /** The list that can grant this; `none` where ACLs are off or no list grants such a thing. */
  readonly acl: 'granted' | 'silent' | 'none'
  /** RestrictPublicBuckets is on, the policy is public, and the caller is not of the bucket's (or MRAP's) account. */
  readonly isRestricted: boolean
}

export type Verdict = 'allowed' | 'denied' | 'restricted' | 'not-granted' | 'not-allowed'

/**
 * How the layers combine. The first row that fits decides:
 *
 *   policy     restricted   acl       owner         other (anonymous as well)
 *   Deny       -            -         denied        denied
 *   -          yes          -         -             restricted
 *   Allow      no           -         allowed       allowed
 *   -          no           granted   allowed       allowed
 *   -          no           silent    not-granted   not-allowed
 *   -          no           none      allowed       not-allowed
 *
 * The owner's own access is a grant like any other: a list without it takes it away, as long as ACLs are on. Through an MRAP the
 * request passes this table twice, for the MRAP and for the bucket, each judged by its own owner. Sources: mrap-spec 9.1; user guide,
 * "How Amazon S3 authorizes a request".
 */
export function combine({ standing, policy, acl, isRestricted }: Layers): Verdict {
  if (policy === 'deny') return 'denied'
  if (isRestricted) return 'restricted'
  if (policy === 'allow' || acl === 'granted') return 'allowed'
  if (standing === 'other') return 'not-allowed'
  return acl === 'silent' ? 'not-granted' : 'allowed'
}

/** Why a request is refused. */
export interface Refusal {
  readonly verdict: Exclude<Verdict, 'allowed'>
  /** One sentence that names the document or list that decided. */
  readonly hint: string
}

/** The refusal of one thing asked; undefined: the caller may do it. Users and roles must not get here. */
export function refusalOf(asked: Asked, layering: Layering): Refusal | undefined {
  return (asked.mrap && mrapRefusal(asked, asked.mrap, layering)) ?? bucketRefusal(asked, layering)
}

/** The version that a request is about, if it is there. */
export function existingVersion({ bucket, key, versionId }: Asked, { store }: Layering): ObjectVersion | undefined {
  if (key === undefined) return undefined
  const version =
    versionId === undefined ? store.findCurrentVersion(bucket.id, key) : store.findVersion(bucket.id, key, versionId)
  return version?.isDeleteMarker ? undefined : version
}

function mrapRefusal(asked: Asked, mrap: MrapAccess, layering: Layering): Refusal | undefined {
  const { caller, key } = asked
  const now = layering.clock.now()
  const text = establishedPolicy(layering.store.listMrapPolicies(mrap.id), now)
  const policy = text === undefined ? undefined : storedPolicy(text, mrap.arn, 'access-point', readMrapPolicy)
  const resource = key === undefined ? formatMrapArn(mrap) : formatMrapObjectArn(mrap, key)
  const request = policy && policyRequest(asked, resource, mrap.accountId, layering)
  const verdict = combine({
    standing: accountIdOf(caller) === (asked.writtenFor ?? mrap.accountId) ? 'owner' : 'other',
    policy: policy && request ? evaluate(request, policy.statements) : 'no-match',
    acl: 'none',
    isRestricted: isRestricted(policy, mrap.accountId, asked, layering),
  })
  if (verdict === 'allowed') return undefined
  return {
    verdict,
    hint: hintFor(verdict, `the Multi-Region Access Point ${mrap.alias}`, resource, asked, policy, request),
  }
}

function bucketRefusal(asked: Asked, layering: Layering): Refusal | undefined {
  const { caller, bucket, key } = asked
  const { accountId, name } = bucket
  const policy = bucket.policy === undefined ? undefined : storedPolicy(bucket.policy, name, 'bucket', readBucketPolicy)
  const resource = key === undefined ? formatBucketArn(name) : formatObjectArn(name, key)
  const request = policy && policyRequest(asked, resource, accountId, layering)
  const decision = policy && request ? evaluate(request, policy.statements) : 'no-match'
  const { ownerId, acl } = aclLayer(asked, layering)
  const verdict = combine({
    standing: accountIdOf(caller) === ownerId ? 'owner' : 'other',
    // What another account owns is not the bucket owner's to give, only to deny.
    policy: decision === 'allow' && ownerId !== accountId && asked.writtenFor === undefined ? 'no-match' : decision,
    acl,
    isRestricted: isRestricted(policy, accountId, asked, layering),
  })
  if (verdict === 'allowed') return undefined
  if (acl === 'silent' && verdict === 'not-granted') return { verdict, hint: ownerNotGranted(asked, resource) }
  if (ownerId !== accountId && verdict === 'not-allowed')
    return { verdict, hint: foreignObject(asked, resource, ownerId) }
  return { verdict, hint: hintFor(verdict, `bucket ${name}`, resource, asked, policy, request) }
}

interface AclLayer {
  /** The account that owns what is asked for. */
  readonly ownerId: string
  readonly acl: Layers['acl']
}

/** Whose resource it is, and what its access control list says. */
function aclLayer(asked: Asked, layering: Layering): AclLayer {
  const { action, bucket, key, writtenFor } = asked
  if (writtenFor !== undefined) return { ownerId: writtenFor, acl: 'none' }
  if (key !== undefined && uploadActions.has(action)) return uploadLayer(asked, layering)
  if (bucket.objectOwnership === 'BucketOwnerEnforced') return { ownerId: bucket.accountId, acl: 'none' }
  const ofBucket = bucketPermission(action)
  if (ofBucket) return bucketLayer(asked, ofBucket, layering)
  return key === undefined ? { ownerId: bucket.accountId, acl: 'none' } : objectLayer(asked, layering)
}

function bucketLayer(
  asked: Asked,
  permission: NonNullable<ReturnType<typeof bucketPermission>>,
  layering: Layering,
): AclLayer {
  const { action, bucket, caller } = asked
  const ownerId = bucket.accountId
  const isOwner = accountIdOf(caller) === ownerId
  const isDelete = action === 's3:DeleteObject' || action === 's3:DeleteObjectVersion'
  // The owner of a bucket can always read and write its list, and delete what is in it.
  if (isOwner && (permission.endsWith('_ACP') || isDelete)) return { ownerId, acl: 'none' }
  const ignoresPublic = isBlocked('ignorePublicAcls', asked, layering.accountBlocks)
  const isOn = isGranted(bucketGrants(bucket, layering.store), permission, caller, ignoresPublic)
  if (!isOn) return { ownerId, acl: 'silent' }
  // WRITE creates and replaces; deleting is for owners. Source: user guide, "What permissions can I grant?".
  const version = isDelete ? existingVersion(asked, layering) : undefined
  return { ownerId, acl: version && version.ownerId !== accountIdOf(caller) ? 'silent' : 'granted' }
}

function objectLayer(asked: Asked, layering: Layering): AclLayer {
  const { action, bucket, caller } = asked
  const permission = objectPermission(action)
  const version = permission && existingVersion(asked, layering)
  if (!permission || !version) return { ownerId: bucket.accountId, acl: 'none' }
  const { ownerId, details } = version
  // The owner of an object can always read and write its list.
  if (accountIdOf(caller) === ownerId && permission.endsWith('_ACP')) return { ownerId, acl: 'none' }
  const ignoresPublic = isBlocked('ignorePublicAcls', asked, layering.accountBlocks)
  const isOn = isGranted(aclGrants(details.acl, ownerId), permission, caller, ignoresPublic)
  return { ownerId, acl: isOn ? 'granted' : 'silent' }
}

const uploadActions = new Set(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'])

/** Whoever began an upload may end it and see its parts. Source: user guide, "Multipart upload API and permissions". */
function uploadLayer({ bucket, key, query, caller }: Asked, { store }: Layering): AclLayer {
  const ownerId = bucket.accountId
  if (accountIdOf(caller) === ownerId) return { ownerId, acl: 'none' }
  const upload = store.findUpload(query.get('uploadId') ?? '')
  const isOwn = upload?.bucketId === bucket.id && upload.key === key && upload.initiatorId === accountIdOf(caller)
  return { ownerId, acl: isOwn ? 'granted' : 'none' }
}

function isRestricted(
  policy: StoredPolicy | undefined,
  ownerId: string,
  asked: Asked,
  { accountBlocks }: Layering,
): boolean {
  if (!policy?.isPublic || accountIdOf(asked.caller) === ownerId) return false
  return isBlocked('restrictPublicBuckets', asked, accountBlocks)
}

function policyRequest(asked: Asked, resource: string, resourceAccount: string, layering: Layering): PolicyRequest {
  const { caller, action } = asked
  const now = layering.clock.now()
  const seen = { ...asked, resourceAccount, now, existing: () => taggedVersion(asked, layering) }
  return { caller, action, resource, context: conditionContext(seen) }
}

/** Writes and deletes are not asked for the tags of what they replace. Source: service authorization reference. */
function taggedVersion(asked: Asked, layering: Layering): ObjectVersion | undefined {
  const { action, writtenFor } = asked
  const isWrite = action === 's3:PutObject' || (action.startsWith('s3:DeleteObject') && !action.endsWith('Tagging'))
  return isWrite || writtenFor !== undefined ? undefined : existingVersion(asked, layering)
}

function accountIdOf(caller: Caller): string {
  return caller.kind === 'anonymous' ? anonymousAccountId : caller.accountId
}

function who(caller: Caller): string {
  return caller.kind === 'anonymous' ? 'anonymous requests' : `account ${caller.accountId}`
}

function hintFor(
  verdict: Refusal['verdict'],
  name: string,
  resource: string,
  { caller, action }: Asked,
  policy: StoredPolicy | undefined,
  request: PolicyRequest | undefined,
): string {
  const what = `${action} on ${resource} to ${who(caller)}`
  if (verdict === 'restricted') {
    return `The policy of ${name} is public and Block Public Access (RestrictPublicBuckets) is on: other accounts and anonymous requests are kept out.`
  }
  const reasons = policy && request && explain(request, policy.statements)
  if (verdict === 'denied') {
    const { index = 0, sid } = reasons?.statement ?? {}
    return `Statement ${index + 1}${sid === undefined ? '' : ` (${sid})`} of the policy of ${name} denies ${what}.`
  }
  const missed = reasons?.failed.find(({ effect }) => effect === 'Allow')?.condition
  const because = missed
    ? `: the condition ${missed.operator} on ${missed.key} does not hold (the request has ${missed.actual?.join(', ') ?? 'no such key'})`
    : ''
  return `No policy or access control list of ${name} allows ${what}${because}.`
}

function ownerNotGranted({ action }: Asked, resource: string): string {
  return `The access control list does not grant ${action} on ${resource} to its owner, who can still replace the list.`
}

function foreignObject({ action, caller }: Asked, resource: string, ownerId: string): string {
  const owner = ownerId === anonymousAccountId ? 'somebody who did not sign' : `account ${ownerId}`
  return `${resource} belongs to ${owner}, and its access control list does not grant ${action} to ${who(caller)}.`
}
