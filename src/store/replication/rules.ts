import type { ObjectVersion } from '../rows.ts'

/** An enabled rule of a replication configuration, as far as it decides about versions. Immutable: work keeps the rule it began under. */
export interface ReplicationRule {
  readonly id: string
  /** Of the configuration's first generation: 0. */
  readonly priority: number
  readonly prefix: string
  readonly tags: readonly (readonly [key: string, value: string])[]
  /** Bucket that has the rule, and its Region. */
  readonly source: string
  readonly sourceRegion: string
  /** Name of the bucket... */
  readonly destination: string
  /** ...and the Region it had when the rule was put. */
  readonly destinationRegion: string
  /** ARN. */
  readonly role: string
  readonly deleteMarkers: boolean
  /** Changes of replicas in this bucket go to where they came from. */
  readonly replicaModifications: boolean
  /** Versions encrypted with KMS are taken; their replicas have this key. */
  readonly replicaKmsKeyId?: string | undefined
  readonly storageClass?: string | undefined
  /** The destination's owner shall own the replicas. */
  readonly ownerOverride: boolean
  readonly metrics: boolean
  /** Milliseconds after which RTC says that it took too long. */
  readonly thresholdMs?: number | undefined
}

/** What a rule looks at. */
export type Subject = Pick<ObjectVersion, 'key' | 'storageClass' | 'isDeleteMarker'> & {
  readonly tags?: readonly (readonly [key: string, value: string])[] | undefined
  readonly encryption?: string | undefined
}

const archived = new Set(['GLACIER', 'DEEP_ARCHIVE'])

/** Whether a rule takes a version, judged by what it is now. Source: user guide, "What does Amazon S3 replicate?". */
function takes(rule: ReplicationRule, subject: Subject): boolean {
  if (!subject.key.startsWith(rule.prefix)) return false
  if (subject.isDeleteMarker) return rule.deleteMarkers && rule.tags.length === 0
  if (archived.has(subject.storageClass)) return false
  if (subject.encryption?.startsWith('aws:kms') && rule.replicaKmsKeyId === undefined) return false
  return rule.tags.every(([key, value]) => subject.tags?.some(([has, it]) => has === key && it === value))
}

/** For each destination the rule of the highest priority that takes a version; the first one where several have it. */
export function winners<Rule extends ReplicationRule>(rules: readonly Rule[], subject: Subject): readonly Rule[] {
  const byDestination = new Map<string, Rule>()
  for (const rule of rules) {
    if (!takes(rule, subject)) continue
    const before = byDestination.get(rule.destination)
    if (!before || rule.priority > before.priority) byDestination.set(rule.destination, rule)
  }
  return [...byDestination.values()]
}
