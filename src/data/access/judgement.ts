import type { Layers, Verdict } from '../../policy/combine.ts'
import type { PolicyRequest } from '../../policy/evaluate.ts'
import type { Caller } from '../../protocol/caller.ts'
import type { Bucket } from '../../store/rows.ts'
import type { MrapAccess } from '../context.ts'
import type { RequestFacts } from './policy-context.ts'
import type { StoredPolicy } from './stored-policies.ts'

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

/** How the layers of one resource decide about what is asked. */
export interface Judgement {
  readonly asked: Asked
  /** E.g. `bucket orders-usw2`. */
  readonly name: string
  /** ARN that its policy is asked about. */
  readonly resource: string
  readonly layers: Layers
  readonly verdict: Verdict
  /** The account that the bucket or MRAP belongs to. */
  readonly accountId: string
  /** The account that owns what is asked for: an object can be another account's than its bucket. */
  readonly ownerId: string
  /** undefined: it has none. */
  readonly policy: AskedPolicy | undefined
  /** What the identity policies are asked. */
  readonly identity: PolicyRequest
}

export interface AskedPolicy extends StoredPolicy {
  readonly request: PolicyRequest
}
