import { identityDecision } from '../../policy/identity.ts'
import { identityHint, identityTrace } from '../../policy/reasons.ts'
import { accountOf, type Caller } from '../../protocol/caller.ts'
import { anonymousAccountId } from '../../protocol/canonical-user.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Bucket } from '../../store/rows.ts'
import type { DataOperation, MrapAccess } from '../context.ts'
import { errors } from '../errors.ts'
import { existingVersion, type Layering, type Refusal, refusalOf } from './decision.ts'
import type { Asked } from './judgement.ts'
import { conditionContext, type RequestFacts } from './policy-context.ts'
import { requiredActions, tagsOfCopy, tagsOfSource } from './required-actions.ts'

/**
 * Whether a caller may have an operation run: which actions it needs, and what is asked beside. How policies, lists and Block Public
 * Access decide about one action stands in `decision.ts`. The owner's root can always read, replace and delete the bucket policy, so
 * that it cannot lock itself out.
 */
export interface AskedOperation extends RequestFacts {
  readonly operation: DataOperation
  readonly labels: Readonly<Record<string, string>>
  readonly caller: Caller
  /** undefined: the operation needs none. */
  readonly bucket: Bucket | undefined
  readonly mrap: MrapAccess | undefined
}

/**
 * Throws unless the caller may have this operation run: AccessDenied; MethodNotAllowed for the policy of another account's bucket;
 * InvalidBucketOwnerAWSAccountID for an expected owner that is no account id.
 */
export function authorize(asked: AskedOperation, layering: Layering): void {
  const { operation, caller, bucket, mrap } = asked
  if (bucket) checkExpectedOwner(asked.request, bucket)
  refuseAnonymous(caller, mrap)
  // What is asked of the service itself is judged by its operations: see `authorizeService`.
  if (!bucket) return
  if (!operation.judgesItself) authorizeOperation(asked, bucket, layering)
  requirePayer(asked, bucket)
}

/** Throws AccessDenied unless this caller may do this one thing. */
export function authorizeAction(asked: Asked, layering: Layering): void {
  refuseAnonymous(asked.caller, asked.mrap)
  const refusal = refusalOf(asked, layering)
  if (refusal) throw accessDenied(refusal)
}

/** Whether this caller may do this one thing, for what an answer shows to those alone who may read it. Nothing is traced: nothing is refused. */
export function isPermitted(asked: Asked, layering: Layering): boolean {
  if (isPlainOwner(asked.caller, asked.bucket, asked.mrap)) return true
  return refusalOf(asked, { ...layering, trace: undefined }) === undefined
}

/**
 * Throws AccessDenied unless this caller may take tags along in a copy: read those of the source and write those of the copy.
 * ASSUMED: nothing is asked of a copy whose source has no tags. Source: user guide, "Required permissions for Amazon S3 API operations".
 */
export function authorizeCopiedTags(
  source: Omit<Asked, 'action'>,
  copy: Omit<Asked, 'action'>,
  layering: Layering,
): void {
  const action = source.versionId === undefined ? tagsOfSource.plain : tagsOfSource.versioned
  authorizeAction({ ...source, action }, layering)
  const written = { ...copy, action: tagsOfCopy }
  authorizeAction({ ...written, writtenFor: ownerOfWritten(tagsOfCopy, written) }, layering)
}

/** As `authorizeAction`, for what the document of a request says; a key that is not there is hidden from who may not list. */
export function authorizeSaid(asked: Asked, layering: Layering): void {
  authorizeAction(asked, layering)
  hideMissing(asked, layering)
}

/**
 * Throws AccessDenied unless this caller may read this object. Whoever may not list the bucket learns nothing about keys that are not
 * there: the answer for them is 403 instead of 404, whether they could be read or not. Source: API_GetObject, "Permissions".
 */
export function authorizeRead(asked: Asked, layering: Layering): void {
  refuseAnonymous(asked.caller, asked.mrap)
  if (
    asked.versionId !== undefined ||
    isPlainOwner(asked.caller, asked.bucket, asked.mrap) ||
    existingVersion(asked, layering)
  ) {
    authorizeAction(asked, layering)
    return
  }
  const refusal = refusalOf(asked, layering)
  if (refusal?.verdict === 'denied') throw accessDenied(refusal)
  const listing = listingRefusal(asked, layering)
  // Where neither is allowed, what was asked for says more than what would have hidden it.
  if (listing) throw accessDenied(refusal ?? hiddenBy(listing))
}

/** What is asked of S3 itself: listing the own buckets, creating one. */
export interface AskedService extends RequestFacts {
  readonly caller: Caller
  readonly action: string
  /** ARN; `arn:aws:s3:::*` for what is no matter of one bucket. */
  readonly resource: string
  /** The Region that serves the request. */
  readonly region: string
}

/** Throws AccessDenied unless the account of this caller lets it. Nobody else is asked, since nothing is there that could say yes. */
export function authorizeService(asked: AskedService, { clock, trace, organizationOf }: Layering): void {
  const { caller, action, resource } = asked
  if (caller.kind === 'anonymous') throw errors.AccessDenied({}, { hint: `${action} is for signed requests only.` })
  if (caller.kind === 'root') return
  const resourceAccount = caller.accountId
  const context = conditionContext({
    ...asked,
    mrap: undefined,
    resourceAccount,
    now: clock.now(),
    organizationOf,
    wall: clock.wall(),
    existing: () => undefined,
  })
  const request = { caller, action, resource, context }
  const isAllowed = identityDecision(request) === 'allow'
  trace?.(identityTrace(request), asked.requestId)
  if (!isAllowed) throw errors.AccessDenied({}, { hint: identityHint(request) })
}

/** Whether an answer says that the requester was charged: it belongs to another account, and the bucket makes requesters pay. */
export function isRequesterCharged(caller: Caller, bucket: Bucket): boolean {
  return bucket.requestPayer === 'Requester' && accountOf(caller) !== bucket.accountId
}

/** Whether this is the owner's root at the policy of its bucket, which nothing can keep it from. */
export function isOwnPolicy(action: string, { caller, bucket }: Pick<Asked, 'caller' | 'bucket'>): boolean {
  return caller.kind === 'root' && caller.accountId === bucket.accountId && policyActions.has(action)
}

const policyActions = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])

function authorizeOperation(asked: AskedOperation, bucket: Bucket, layering: Layering): void {
  const { operation, labels, requestId, request, query, claim, caller, mrap } = asked
  // Nothing speaks against the owner's root here, so the common case looks nothing up.
  if (isPlainOwner(caller, bucket, mrap) && bucket.objectOwnership === 'BucketOwnerEnforced') return
  const [action = '', ...beside] = requiredActions(operation, { query, headers: request.headers })
  if (isOwnPolicy(action, { caller, bucket })) return
  // Not a spread: one is several times slower, and this runs for most requests.
  const one = {
    action,
    key: labels.Key,
    versionId: query.get('versionId'),
    requestId,
    request,
    query,
    claim,
    caller,
    bucket,
    mrap,
  }
  if (readActions.has(action)) authorizeRead(one, layering)
  else authorizeAction(one, layering)
  for (const other of beside) {
    authorizeAction({ ...one, action: other, writtenFor: ownerOfWritten(other, one) }, layering)
  }
  if (policyActions.has(action) && accountOf(caller) !== bucket.accountId) throw notOwnPolicy(request)
  if (caller.kind === 'anonymous' && operation.name === 'CreateMultipartUpload') throw anonymousUpload()
  hideMissing(one, layering)
}

/** Actions of requests that read an object, or show that it is not there. */
const readActions = new Set(['s3:GetObject', 's3:GetObjectVersion'])

/** Actions on keys that work whether there is an object or not. */
const needNoObject = new Set([
  's3:AbortMultipartUpload',
  's3:BypassGovernanceRetention',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
])

/** As with reading, for everything else that is done to an object. */
function hideMissing(asked: Asked, layering: Layering): void {
  const { action, key, versionId } = asked
  if (key === undefined || versionId !== undefined || readActions.has(action) || needNoObject.has(action)) return
  if (isPlainOwner(asked.caller, asked.bucket, asked.mrap) || existingVersion(asked, layering)) return
  requireListing(asked, layering)
}

/** Whether this caller may see in a list of the bucket that it has the key. */
export function mayList(key: string, asked: Omit<Asked, 'action' | 'key'>, layering: Layering): boolean {
  return listingRefusal({ ...asked, action: 's3:ListBucket', key }, { ...layering, trace: undefined }) === undefined
}

function requireListing(asked: Asked, layering: Layering): void {
  const listing = listingRefusal(asked, layering)
  if (listing) throw accessDenied(hiddenBy(listing))
}

/** For conditions, the key asked for is the prefix of the list it is not in. */
function listingRefusal(asked: Asked, layering: Layering): Refusal | undefined {
  const values = { ...asked.values, 's3:prefix': [asked.key ?? ''] }
  return refusalOf({ ...asked, action: 's3:ListBucket', key: undefined, versionId: undefined, values }, layering)
}

function hiddenBy({ hint, ...refusal }: Refusal): Refusal {
  return { ...refusal, hint: `There is no such key, which is told to none but those who may list. ${hint}` }
}

/** The owner's root, with no policy that could deny it anything. */
function isPlainOwner(caller: Caller, bucket: Bucket, mrap: MrapAccess | undefined): boolean {
  const isRoot = caller.kind === 'root' && caller.accountId === bucket.accountId
  return isRoot && bucket.policy === undefined && mrap === undefined
}

/**
 * Who will own an object that a write makes, for the actions that go with the write; undefined for those that do not.
 *
 * ASSUMED: the ACL of a new object is the writer's own affair, whoever owns the object then. The user guide lets other accounts upload
 * with `bucket-owner-full-control` by a bucket policy that allows s3:PutObject alone.
 */
function ownerOfWritten(action: string, { caller, bucket, request }: Asked): string | undefined {
  if (!goWithWrite.has(action)) return undefined
  const writer = accountOf(caller) ?? anonymousAccountId
  if (action === 's3:PutObjectAcl' || bucket.objectOwnership === undefined) return writer
  const isHandedOver =
    bucket.objectOwnership === 'BucketOwnerPreferred' &&
    request.headers.get('x-amz-acl') === 'bucket-owner-full-control'
  return bucket.objectOwnership === 'BucketOwnerEnforced' || isHandedOver ? bucket.accountId : writer
}

const goWithWrite = new Set([
  's3:PutObjectAcl',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutObjectTagging',
])

function refuseAnonymous(caller: Caller, mrap: MrapAccess | undefined): void {
  if (caller.kind !== 'anonymous' || !mrap) return
  throw errors.AccessDenied(
    {},
    { hint: 'The request is not signed. A Multi-Region Access Point takes no anonymous requests; sign with SigV4A.' },
  )
}

/** `x-amz-expected-bucket-owner`: the request is meant for a bucket of this account. Source: mrap-spec 8.1. */
function checkExpectedOwner({ headers }: RawRequest, bucket: Bucket): void {
  const expected = headers.get('x-amz-expected-bucket-owner')
  if (expected === undefined || expected === bucket.accountId) return
  if (/^\d{12}$/.test(expected)) {
    throw errors.AccessDenied(
      {},
      {
        hint: `x-amz-expected-bucket-owner is ${expected}, but ${bucket.name} belongs to account ${bucket.accountId}.`,
      },
    )
  }
  throw errors.InvalidBucketOwnerAWSAccountID({
    Message: `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
  })
}

/** A requester of another account says that it pays, in a header or in the query of a presigned URL. Source: mrap-spec 8.1. */
function requirePayer({ caller, request, query }: AskedOperation, bucket: Bucket): void {
  if (!isRequesterCharged(caller, bucket)) return
  const payer = request.headers.get('x-amz-request-payer') ?? query.get('x-amz-request-payer')
  // Nobody could be charged for an anonymous request.
  if (payer === 'requester' && caller.kind !== 'anonymous') return
  throw errors.AccessDenied(
    {},
    { hint: `${bucket.name} is a Requester Pays bucket: sign, and send x-amz-request-payer: requester.` },
  )
}

function accessDenied({ hint }: Refusal) {
  return errors.AccessDenied({}, { hint })
}

/** ASSUMED: the value of ResourceType. Source of the code: API_PutBucketPolicy, "Permissions". */
function notOwnPolicy({ method }: RawRequest) {
  return errors.MethodNotAllowed(
    { Method: method, ResourceType: 'BUCKETPOLICY' },
    {
      hint: 'Only identities of the account that owns the bucket can work with its policy, whatever the policy allows.',
    },
  )
}

/** ASSUMED: code and sentence. An upload needs an initiator, who may end it. */
function anonymousUpload() {
  return errors.AccessDenied({
    Message: 'Anonymous users cannot initiate multipart uploads.  Please authenticate.',
  })
}
