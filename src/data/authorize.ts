import { accountOf, type Caller } from '../server/caller.ts'
import type { Clock } from '../server/clock.ts'
import { formatBucketArn, formatMrapArn, formatMrapObjectArn, formatObjectArn } from '../server/endpoint/arn.ts'
import type { Action } from '../server/operation.ts'
import { type Decision, evaluate } from '../server/policy/evaluate.ts'
import type { Statement } from '../server/policy/statement.ts'
import type { Query } from '../server/request/query.ts'
import type { RawRequest } from '../server/request/raw-request.ts'
import { establishedPolicy } from '../store/mrap-policy.ts'
import type { Bucket } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { readBucketPolicy } from './bucket-policy.ts'
import type { DataOperation, MrapAccess } from './context.ts'
import { errors } from './errors.ts'
import { readMrapPolicy } from './mrap-policy.ts'

/**
 * Whether a caller may do what it asks. Policies of buckets and MRAPs are judged each by the account that owns the resource; through an
 * MRAP both must let the request in (mrap-spec 9.1):
 *
 *                             explicit Deny   Allow   no match
 *   root of the owner         no              yes     yes
 *   root of another account   no              yes     no
 *   anonymous                 no, whatever the policies say: public access is not evaluated yet
 *   user or role session      NotImplemented: identity policies are not evaluated yet
 *
 * The owner's root can always read, replace and delete the bucket policy, so that it cannot lock itself out.
 */
export interface Asked {
  /** E.g. `s3:GetObject`. */
  readonly action: string
  /** undefined: the bucket itself. */
  readonly key: string | undefined
  readonly caller: Caller
  readonly bucket: Bucket
  readonly mrap: MrapAccess | undefined
}

export interface Policies {
  readonly store: Store
  readonly clock: Clock
}

export interface AskedOperation {
  readonly operation: DataOperation
  readonly labels: Readonly<Record<string, string>>
  readonly request: RawRequest
  readonly query: Query
  readonly caller: Caller
  /** undefined: the operation needs none. */
  readonly bucket: Bucket | undefined
  readonly mrap: MrapAccess | undefined
}

/**
 * Throws unless the caller may have this operation run: AccessDenied; InvalidBucketOwnerAWSAccountID for an expected owner that is no
 * account id; NotImplemented for users and roles.
 */
export function authorize(asked: AskedOperation, policies: Policies): void {
  const { operation, labels, request, query, caller, bucket, mrap } = asked
  if (bucket) checkExpectedOwner(request, bucket)
  const accountId = rootAccountOf(caller, mrap)
  // Everybody may list the own buckets and create new ones.
  if (!bucket) return
  const key = labels.Key
  const isOwner = accountId === bucket.accountId
  if (!(isOwner && policyOperations.has(operation.name)) && !perKeyOperations.has(operation.name)) {
    for (const action of actionsOf(operation, request, query)) {
      authorizeAction({ action, key, caller, bucket, mrap }, policies)
    }
  }
  requirePayer(asked, bucket)
  if (!isOwner && readsObject(operation.action) && key !== undefined && !query.has('versionId')) {
    hideMissing({ action: 's3:ListBucket', key, caller, bucket, mrap }, policies)
  }
}

/** Throws AccessDenied unless this caller may do this one thing, NotImplemented for users and roles. */
export function authorizeAction(asked: Asked, policies: Policies): void {
  const { caller, bucket, mrap, action, key } = asked
  const accountId = rootAccountOf(caller, mrap)
  for (const [owner, name, decision] of decisions(asked, policies)) {
    if (decision === 'allow' || (decision === 'no-match' && accountId === owner)) continue
    const what = `${action} on ${key === undefined ? formatBucketArn(bucket.name) : formatObjectArn(bucket.name, key)}`
    throw errors.AccessDenied(
      {},
      {
        hint:
          decision === 'deny'
            ? `The policy of ${name} denies ${what} to account ${accountId}.`
            : `The policy of ${name}, which belongs to account ${owner}, does not allow ${what} to account ${accountId}.`,
      },
    )
  }
}

/** Whether an answer says that the requester was charged: it belongs to another account, and the bucket makes requesters pay. */
export function isRequesterCharged(caller: Caller, bucket: Bucket): boolean {
  return bucket.requestPayer === 'Requester' && accountOf(caller) !== bucket.accountId
}

/** These name their keys in the document, and judge each for itself. */
const perKeyOperations = new Set(['DeleteObjects'])

const policyOperations = new Set(['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'])

/** The account of a root user. */
function rootAccountOf(caller: Caller, mrap: MrapAccess | undefined): string {
  if (caller.kind === 'root') return caller.accountId
  if (caller.kind === 'anonymous') {
    throw errors.AccessDenied(
      {},
      {
        hint: mrap
          ? 'The request is not signed. A Multi-Region Access Point takes no anonymous requests; sign with SigV4A.'
          : 'The request is not signed, and public access to buckets is not evaluated yet. Sign it.',
      },
    )
  }
  throw errors.NotImplemented(
    { Message: 'Identity policies of users and roles are not evaluated yet.' },
    { hint: "Sign with a key of the account's root user; users and roles come with a later version." },
  )
}

const delegationKeys = new Map([
  ['s3:dataaccesspointaccount', (mrap?: MrapAccess) => mrap && [mrap.accountId]],
  ['s3:dataaccesspointarn', (mrap?: MrapAccess) => mrap && [mrap.arn]],
])

/** What the policy of each resource on the way says, with the account that owns the resource and its name. */
function* decisions(
  { action, key, caller, bucket, mrap }: Asked,
  { store, clock }: Policies,
): Generator<readonly [owner: string, name: string, decision: Decision], void, undefined> {
  const context = (name: string) => delegationKeys.get(name)?.(mrap)
  if (mrap) {
    const row = store.findMrapByAlias(mrap.alias, clock.now())
    const policy = row && establishedPolicy(store.listMrapPolicies(row.id), clock.now())
    const resource = key === undefined ? formatMrapArn(mrap) : formatMrapObjectArn(mrap, key)
    const statements =
      policy === undefined ? [] : statementsOf(policy, mrap.arn, () => readMrapPolicy(policy, mrap.arn))
    yield [mrap.accountId, mrap.alias, evaluate({ caller, action, resource, context }, statements)]
  }
  const { policy, name } = bucket
  const resource = key === undefined ? formatBucketArn(name) : formatObjectArn(name, key)
  const statements = policy === undefined ? [] : statementsOf(policy, name, () => readBucketPolicy(policy, name))
  yield [bucket.accountId, name, evaluate({ caller, action, resource, context }, statements)]
}

/** The actions an operation needs: its own, and one for each thing that its headers set beside. Source: mrap-spec 9.4. */
function actionsOf(operation: DataOperation, { headers }: RawRequest, query: Query): ReadonlySet<string> {
  const own = operation.action ?? `s3:${operation.name}`
  const action = typeof own === 'string' ? own : query.has('versionId') ? own.versioned : own.plain
  const actions = new Set([action])
  for (const name of headers.names()) {
    const beside = name.startsWith('x-amz-grant-') ? 's3:PutObjectAcl' : actionsOfHeaders.get(name)
    if (beside && (action === 's3:PutObject' || beside === 's3:BypassGovernanceRetention')) actions.add(beside)
  }
  return actions
}

const actionsOfHeaders = new Map([
  ['x-amz-acl', 's3:PutObjectAcl'],
  ['x-amz-tagging', 's3:PutObjectTagging'],
  ['x-amz-object-lock-mode', 's3:PutObjectRetention'],
  ['x-amz-object-lock-retain-until-date', 's3:PutObjectRetention'],
  ['x-amz-object-lock-legal-hold', 's3:PutObjectLegalHold'],
  ['x-amz-bypass-governance-retention', 's3:BypassGovernanceRetention'],
])

function readsObject(action: Action | undefined): boolean {
  return typeof action === 'object' && action.plain === 's3:GetObject'
}

/** Whoever may not list the bucket learns nothing about keys that are not there: 403 instead of 404. */
function hideMissing(asked: Asked & { readonly key: string }, policies: Policies): void {
  const current = policies.store.findCurrentVersion(asked.bucket.id, asked.key)
  if (current && !current.isDeleteMarker) return
  authorizeAction({ ...asked, key: undefined }, policies)
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
  if (payer === 'requester') return
  throw errors.AccessDenied(
    {},
    { hint: `${bucket.name} is a Requester Pays bucket: send x-amz-request-payer: requester.` },
  )
}

/** Policies are read once, not with every request. Entries are replaced as a whole when there are many. */
const readPolicies = new Map<string, readonly Statement[]>()
const mostPolicies = 200

function statementsOf(
  policy: string,
  resource: string,
  read: () => ReturnType<typeof readBucketPolicy>,
): readonly Statement[] {
  const known = readPolicies.get(`${resource} ${policy}`)
  if (known) return known
  const result = read()
  // Only policies that can be read are accepted.
  if (!result.ok) throw new Error(`the policy of ${resource} cannot be read: ${result.problem}`)
  if (readPolicies.size >= mostPolicies) readPolicies.clear()
  readPolicies.set(`${resource} ${policy}`, result.statements)
  return result.statements
}
