import type { VersionDetails } from '../rows.ts'
import type { ReplicationRule } from './rules.ts'

/** What the store keeps of replication, as its readers see it, and what it is told. Times are milliseconds since the epoch. */

/** What is to be done: as in S3's event records. */
export type ReplicationKind = 'OBJECT_PUT' | 'DELETE_MARKER' | 'TAGGING' | 'ACL' | 'RETENTION' | 'LEGAL_HOLD'

/** A change of a version's metadata that may have to be replicated. */
export interface MetadataChange {
  readonly kind: ReplicationKind
  readonly at: number
}

/** A rule with its row. */
export interface StoredRule extends ReplicationRule {
  readonly row: number
}

/** A piece of work that is not done. */
export interface ReplicationWork {
  readonly id: number
  readonly versionRow: number
  readonly rule: StoredRule
  readonly kind: ReplicationKind
  /** The replica was written once: only metadata can be missing, or it was deleted there. */
  readonly isCopied: boolean
  readonly size: number
  readonly admittedAt: number
  readonly dueAt: number
}

/** A rule and the work admitted under it. */
export interface ReplicationTotals {
  readonly rule: StoredRule
  /** Part of the bucket's configuration. */
  readonly isActive: boolean
  readonly pendingOperations: number
  readonly pendingBytes: number
  readonly failed: number
  readonly done: number
}

/** What is known of a version and one destination. */
export interface ReplicationState {
  readonly destination: string
  readonly rule: StoredRule
  readonly kind: ReplicationKind
  readonly state: 'pending' | 'done' | 'failed'
  readonly reason: string | undefined
  readonly dueAt: number
}

/** What becomes of one piece of work; decided before, from what was read then. */
export type Delivery = { readonly id: number } & (
  | {
      /** A replica is written. With `reason` the work has failed all the same: some of what belongs to it could not be had. */
      readonly act: 'write'
      /** Of the source version as it was read. */
      readonly revision: number
      readonly bucketId: number
      readonly ownerId: string
      readonly storageClass: string
      readonly details: VersionDetails
      readonly reason?: string | undefined
    }
  | {
      /** The metadata of the replica is changed. */
      readonly act: 'update'
      readonly revision: number
      readonly replicaRow: number
      readonly replicaRevision: number
      readonly details: VersionDetails
      readonly reason?: string | undefined
    }
  | { readonly act: 'fail'; readonly reason: string }
  /** Nothing has to be done. */
  | { readonly act: 'pass' }
  /** It waits, out of the way, until what is held is released. */
  | { readonly act: 'hold' }
)

/** `changed`: something was written meanwhile that the decision did not know; the work is still due. `gone`: it is not pending any more. */
export type Delivered = 'done' | 'failed' | 'held' | 'changed' | 'gone'
