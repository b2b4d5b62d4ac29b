import { combine, type Layers, type Verdict } from '../../policy/combine.ts'
import { type Decision, evaluate, type PolicyRequest } from '../../policy/evaluate.ts'
import { type Identity, identityDecision, isWithinSession } from '../../policy/identity.ts'
import type { RequestSeen } from '../../policy/request-keys.ts'
import type { Caller } from '../../protocol/caller.ts'
import { anonymousAccountId } from '../../protocol/canonical-user.ts'
import type { Clock } from '../../protocol/clock.ts'
import { formatBucketArn, formatMrapArn, formatMrapObjectArn, formatObjectArn } from '../../protocol/endpoint/arn.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { AccountBlocks, MrapAccess } from '../context.ts'
import { aclGrants } from '../objects/access-control-list.ts'
import { bucketPermission, isGranted, objectPermission } from './acl-permissions.ts'
import { bucketGrants } from './bucket-acl.ts'
import { readBucketPolicy } from './bucket-policy.ts'
import { initiatorOf } from './initiator.ts'
import type { Asked, Judgement } from './judgement.ts'
import { readMrapPolicy } from './mrap-policy.ts'
import { conditionContext } from './policy-context.ts'
import { isBlocked } from './public-access.ts'
import { hintOf, traceOf } from './reasons.ts'
import { type StoredPolicy, storedPolicy } from './stored-policies.ts'

/** The outcome, then a line for each document and list that was looked at. */
export type Trace = (lines: readonly string[], requestId: string | undefined) => void

/** Where the layers are found. */
export interface Layering {
  readonly store: Store
  readonly clock: Clock
  readonly accountBlocks: AccountBlocks
  readonly organizationOf?: RequestSeen['organizationOf']
  /** Takes what each decision is based on; undefined: nobody wants to know. */
  readonly trace?: Trace | undefined
}

/** Why a request is refused. */
export interface Refusal {
  readonly verdict: Exclude<Verdict, 'allowed'>
  /** One sentence that names the document or list that decided. */
  readonly hint: string
}

/** The refusal of one thing asked; undefined: the caller may do it. */
export function refusalOf(asked: Asked, layering: Layering): Refusal | undefined {
  for (const judgement of judge(asked, layering)) {
    layering.trace?.(traceOf(judgement), asked.requestId)
    const { verdict } = judgement
    if (verdict !== 'allowed') return { verdict, hint: hintOf(judgement, verdict) }
  }
  return undefined
}

/** What MRAP and bucket say, in this order, the bucket only where the MRAP allows. The last one decides. */
function judge(asked: Asked, layering: Layering): readonly Judgement[] {
  const { mrap } = asked
  const request = policyRequest(asked, mrap, layering)
  // The rights of a user are looked for once, on the ARN that was called.
  const identity = { request, decision: identityDecision(request) }
  if (!mrap) return [judgeBucket(asked, identity, layering)]
  const first = judgeMrap(asked, mrap, identity, layering)
  return first.verdict === 'allowed' ? [first, judgeBucket(asked, identity, layering)] : [first]
}

interface AskedIdentity {
  readonly request: PolicyRequest
  readonly decision: Identity
}

/** The version that a request is about, if it is there. */
export function existingVersion({ bucket, key, versionId }: Asked, { store }: Layering): ObjectVersion | undefined {
  if (key === undefined) return undefined
  const version =
    versionId === undefined ? store.findCurrentVersion(bucket.id, key) : store.findVersion(bucket.id, key, versionId)
  return version?.isDeleteMarker ? undefined : version
}

function judgeMrap(asked: Asked, mrap: MrapAccess, identity: AskedIdentity, layering: Layering): Judgement {
  const { request } = identity
  const text = layering.store.findEstablishedPolicy(mrap.id, layering.clock.now())
  const policy = text === undefined ? undefined : storedPolicy(text, mrap.arn, 'access-point', readMrapPolicy)
  const decision = policy ? evaluate(request, policy.statements) : 'no-match'
  const layers: Layers = {
    standing: accountIdOf(asked.caller) === (asked.writtenFor ?? mrap.accountId) ? 'owner' : 'other',
    identity: identity.decision,
    policy: decision,
    namesCaller: namesCaller(decision, mrap.accountId, policy, request, identity),
    acl: 'none',
    isRestricted: isRestricted(policy, mrap.accountId, asked, layering),
  }
  return {
    asked,
    name: `the Multi-Region Access Point ${mrap.alias}`,
    resource: request.resource,
    layers,
    verdict: combine(layers),
    accountId: mrap.accountId,
    ownerId: mrap.accountId,
    policy: policy && { ...policy, request },
    identity: request,
  }
}

function judgeBucket(asked: Asked, identity: AskedIdentity, layering: Layering): Judgement {
  const { bucket } = asked
  const { accountId, name } = bucket
  const policy = bucket.policy === undefined ? undefined : storedPolicy(bucket.policy, name, 'bucket', readBucketPolicy)
  const request = asked.mrap ? policyRequest(asked, undefined, layering) : identity.request
  const decision = policy ? evaluate(request, policy.statements) : 'no-match'
  const { ownerId, acl } = aclLayer(asked, layering)
  const layers: Layers = {
    standing: accountIdOf(asked.caller) === ownerId ? 'owner' : 'other',
    identity: identity.decision,
    // What another account owns is not the bucket owner's to give, only to deny.
    policy: decision === 'allow' && ownerId !== accountId && asked.writtenFor === undefined ? 'no-match' : decision,
    namesCaller: namesCaller(decision, accountId, policy, request, identity),
    acl,
    isRestricted: isRestricted(policy, accountId, asked, layering),
  }
  return {
    asked,
    name: `bucket ${name}`,
    resource: request.resource,
    layers,
    verdict: combine(layers),
    accountId,
    ownerId,
    policy: policy && { ...policy, request },
    identity: identity.request,
  }
}

/** Looked for only where it decides: an identity policy that allows makes it needless. */
function namesCaller(
  decision: Decision,
  accountId: string,
  policy: StoredPolicy | undefined,
  request: PolicyRequest,
  identity: AskedIdentity,
): boolean {
  if (decision !== 'allow' || !policy || identity.decision !== 'silent') return false
  if (accountIdOf(request.caller) !== accountId) return false
  const naming = isWithinSession(identity.request) ? 'caller' : 'session'
  return evaluate({ ...request, naming }, policy.statements) === 'allow'
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
  if (caller.kind === 'anonymous' || caller.accountId === ownerId) return { ownerId, acl: 'none' }
  const upload = store.findUpload(query.get('uploadId') ?? '')
  const isOwn =
    upload?.bucketId === bucket.id && upload.key === key && upload.initiatorId === initiatorOf(caller, ownerId)
  return { ownerId, acl: isOwn ? 'granted' : 'none' }
}

function isRestricted(
  policy: StoredPolicy | undefined,
  ownerId: string,
  asked: Asked,
  { accountBlocks }: Layering,
): boolean {
  // Services are let in, as the user guide says of RestrictPublicBuckets.
  if (!policy?.isPublic || asked.caller.kind === 'service' || accountIdOf(asked.caller) === ownerId) return false
  return isBlocked('restrictPublicBuckets', asked, accountBlocks)
}

/** What the policy of the MRAP (`mrap` given) or of the bucket is asked. */
function policyRequest(asked: Asked, mrap: MrapAccess | undefined, layering: Layering): PolicyRequest {
  const { caller, action, bucket } = asked
  return {
    caller,
    action,
    resource: mrap ? arnBehind(mrap, asked.key) : arnIn(bucket.name, asked.key),
    context: conditionContext({
      request: asked.request,
      query: asked.query,
      claim: asked.claim,
      values: asked.values,
      action,
      caller,
      mrap: asked.mrap,
      region: bucket.region,
      resourceAccount: mrap ? mrap.accountId : bucket.accountId,
      now: layering.clock.now(),
      organizationOf: layering.organizationOf,
      wall: layering.clock.wall(),
      existing: () => taggedVersion(asked, layering),
    }),
  }
}

function arnBehind(mrap: MrapAccess, key: string | undefined): string {
  return key === undefined ? formatMrapArn(mrap) : formatMrapObjectArn(mrap, key)
}

function arnIn(bucket: string, key: string | undefined): string {
  return key === undefined ? formatBucketArn(bucket) : formatObjectArn(bucket, key)
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
