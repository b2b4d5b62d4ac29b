import type { ReplicationKind } from '../../store/replication/rows.ts'

/** What happened to a piece of work, for a journal. Times are milliseconds of world time. */
export interface ReplicationEvent {
  readonly phase: 'replicated' | 'failed' | 'missed-threshold'
  readonly at: number
  readonly source: string
  readonly destination: string
  /** Id of the rule. */
  readonly rule: string
  readonly key: string
  readonly versionId: string
  readonly operation: ReplicationKind
  readonly admittedAt: number
  readonly reason?: string | undefined
  /** Name of the event that S3 sends to those who subscribed; absent: none, since the rule asks for none. */
  readonly eventName?: string | undefined
}
