import type { Decision } from './evaluate.ts'
import type { Identity } from './identity.ts'

/** What every layer says about one request to one resource: an MRAP, a bucket, or an object. */
export interface Layers {
  /** Whether the caller's account owns the resource. */
  readonly standing: 'owner' | 'other'
  readonly identity: Identity
  /** The resource's policy. */
  readonly policy: Decision
  /** Whether an Allow of it names the caller or everyone, not the caller's account alone, and the session is not limited to less. */
  readonly namesCaller: boolean
  /** The list that can grant this; `none` where ACLs are off or no list grants such a thing. */
  readonly acl: 'granted' | 'silent' | 'none'
  /** RestrictPublicBuckets is on, the policy is public, and the caller is not of the bucket's (or MRAP's) account. */
  readonly isRestricted: boolean
}

/** `not-permitted`: the caller's own account does not let it; the others are matters of the resource. */
export type Verdict = 'allowed' | 'denied' | 'restricted' | 'not-permitted' | 'not-granted' | 'not-allowed'

/**
 * How the layers combine. The first row that fits decides; `-` fits everything:
 *
 *   identity   policy            restricted   acl       owner           other (anonymous as well)
 *   deny       -                 -            -         denied          denied
 *   -          Deny              -            -         denied          denied
 *   -          -                 yes          -         -               restricted
 *   -          Allow by name     no           -         allowed         (next rows)
 *   silent     -                 no           -         not-permitted   not-permitted
 *   -          Allow             no           -         allowed         allowed
 *   -          -                 no           granted   allowed         allowed
 *   -          -                 no           silent    not-granted     not-allowed
 *   -          -                 no           none      allowed         not-allowed
 *
 * So inside one account one Allow is enough, of an identity policy or of a resource policy that names the caller; across accounts both
 * sides must allow.
 *
 * ASSUMED: the owner's own access is a grant like any other, so that a list without it takes it away, as long as ACLs are on.
 *
 * ASSUMED: a list never stands in for an identity policy, not even one that grants to everybody. Through an MRAP the request passes this
 * table twice, for the MRAP and for the bucket, each judged by its own owner, with the identity policies' word on the MRAP's ARN.
 * Sources: mrap-spec 9.1; user guide, "How Amazon S3 authorizes a request"; IAM guide, "Policy evaluation logic".
 */
export function combine({ standing, identity, policy, namesCaller, acl, isRestricted }: Layers): Verdict {
  if (identity === 'deny' || policy === 'deny') return 'denied'
  if (isRestricted) return 'restricted'
  if (standing === 'owner' && policy === 'allow' && namesCaller) return 'allowed'
  if (identity === 'silent') return 'not-permitted'
  if (policy === 'allow' || acl === 'granted') return 'allowed'
  if (standing === 'other') return 'not-allowed'
  return acl === 'silent' ? 'not-granted' : 'allowed'
}
