import { identityDecision } from '../policy/identity.ts'
import { identityHint, identityTrace } from '../policy/reasons.ts'
import { type RequestSeen, requestContext } from '../policy/request-keys.ts'
import type { Caller } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import { formatBucketArn } from '../protocol/endpoint/arn.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import type { Claim } from '../protocol/signature/claim.ts'
import type { ControlOperation } from './context.ts'
import { errors } from './errors.ts'

/** An operation that somebody of the account wants to run. */
export interface AskedControl {
  readonly operation: ControlOperation
  /** ARN, or `*` for operations that are about no one resource. */
  readonly resource: string
  readonly request: RawRequest
  readonly claim: Claim | undefined
  readonly caller: Caller
  /** Region called. */
  readonly region: string | undefined
  readonly requestId: string
}

export interface ControlRules {
  readonly clock: Clock
  /** Organization of an account; undefined: none. */
  readonly organizationOf?: RequestSeen['organizationOf']
  readonly trace?: ((lines: readonly string[], requestId: string) => void) | undefined
}

/**
 * Whoever changes an MRAP must be able to list all buckets as well. Source: user guide, "Managing Multi-Region Access Points",
 * "Permissions".
 */
const managing = new Set([
  'CreateMultiRegionAccessPoint',
  'DeleteMultiRegionAccessPoint',
  'PutMultiRegionAccessPointPolicy',
  'SubmitMultiRegionAccessPointRoutes',
])

/**
 * Throws AccessDenied unless the identity policies of the caller allow the operation. No resource of S3 Control has a policy that could
 * let somebody in; a root has no policies that could say no.
 */
export function authorize(asked: AskedControl, rules: ControlRules): void {
  const { operation, resource, caller } = asked
  if (caller.kind === 'root') return
  requireAction(
    typeof operation.action === 'string' ? operation.action : `s3:${operation.name}`,
    resource,
    asked,
    rules,
  )
  if (managing.has(operation.name)) requireAction('s3:ListAllMyBuckets', formatBucketArn('*'), asked, rules)
}

function requireAction(action: string, resource: string, asked: AskedControl, rules: ControlRules): void {
  const { clock, trace, organizationOf } = rules
  const { caller, operation, requestId } = asked
  const resourceAccount = caller.kind === 'anonymous' ? '' : caller.accountId
  const context = requestContext({ ...asked, resourceAccount, organizationOf, now: clock.now(), wall: clock.wall() })
  const request = { caller, action, resource, context }
  trace?.(identityTrace(request), requestId)
  if (identityDecision(request) === 'allow') return
  const isBeside = action === 's3:ListAllMyBuckets'
  const needed = isBeside ? ` ${operation.name} needs it beside s3:${operation.name}.` : ''
  throw errors.AccessDenied({}, { hint: `${identityHint(request)}${needed}` })
}
