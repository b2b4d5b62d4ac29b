import type { Delivery, ReplicationWork } from '../../store/replication/rows.ts'
import type { Bucket, MetadataStamp, ObjectVersion, VersionDetails } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { replicaOf } from './replica.ts'

/** Why work failed for good: one of S3's reason codes (replication-spec 2.9). */
export type FailureReason = string

/** What the role of a rule may do with a version. */
export interface RoleJudgement {
  /** It must not be copied at all. */
  readonly refusal?: FailureReason | undefined
  /** It is copied without its tags, and has failed all the same. */
  readonly withoutTags?: FailureReason | undefined
}

export interface DeliveryServices {
  readonly store: Store
  readonly now: number
  /** undefined: a role is only text. */
  readonly judgeRole?: ((work: ReplicationWork, version: ObjectVersion, ends: Ends) => RoleJudgement) | undefined
}

export interface Ends {
  readonly source: Bucket
  readonly destination: Bucket
}

/** What is to become of a piece of work, by what both buckets hold now. */
export function deliveryOf(work: ReplicationWork, services: DeliveryServices): Delivery {
  const { store } = services
  const { id, rule } = work
  const version = store.findVersionRow(work.versionRow)
  const source = store.findBucket(rule.source)
  // The store finds it gone as well.
  if (!version || !source) return { id, act: 'pass' }
  const destination = store.findBucket(rule.destination)
  const refusal = endsRefusal(work, source, destination)
  if (refusal !== undefined || !destination) return { id, act: 'fail', reason: refusal ?? 'DstBucketNotFound' }
  const { refusal: reason, withoutTags } = services.judgeRole?.(work, version, { source, destination }) ?? {}
  if (reason !== undefined) return { id, act: 'fail', reason }
  const replica = store.findVersion(destination.id, version.key, version.versionId)
  if (replica) return updateOf(work, version, replica, withoutTags)
  if (work.isCopied) {
    const isWhole = work.kind === 'OBJECT_PUT' || work.kind === 'DELETE_MARKER'
    return { id, act: 'fail', reason: isWhole ? 'DstObjectHardDeleted' : 'DstVersionNotFound' }
  }
  const { ownerId, storageClass, details } = replicaOf(version, { ...services, rule, source, destination })
  const { tags: _, ...untagged } = details
  return {
    id,
    act: 'write',
    revision: version.revision,
    bucketId: destination.id,
    ownerId,
    storageClass,
    details: withoutTags === undefined ? details : untagged,
    reason: withoutTags,
  }
}

function endsRefusal({ rule }: ReplicationWork, source: Bucket, destination: Bucket | undefined) {
  if (!destination) return 'DstBucketNotFound'
  if (destination.region !== rule.destinationRegion) return 'DstBucketInvalidRegion'
  if (destination.versioning !== 'Enabled') return 'DstBucketUnversioned'
  return source.objectLock && !destination.objectLock ? 'DstBucketObjectLockConfigMissing' : undefined
}

const members = ['tags', 'acl', 'retention', 'legalHold'] as const

/** Metadata that was changed later here than there. The earlier change is lost at both ends, so that they agree. */
function updateOf(
  { id, rule }: ReplicationWork,
  version: ObjectVersion,
  replica: ObjectVersion,
  withoutTags: FailureReason | undefined,
): Delivery {
  const changes = version.details.changes ?? {}
  const later = members.filter(
    member =>
      isLater(changes[member], replica.details.changes?.[member], rule.replicaModifications) &&
      (member !== 'tags' || withoutTags === undefined),
  )
  if (later.length === 0)
    return withoutTags === undefined ? { id, act: 'pass' } : { id, act: 'fail', reason: withoutTags }
  const details: Record<string, unknown> = { ...replica.details }
  const stamps = { ...replica.details.changes }
  for (const member of later) {
    const value = version.details[member]
    if (value === undefined) delete details[member]
    else details[member] = value
    const stamp = changes[member]
    if (stamp) stamps[member] = stamp
  }
  return {
    id,
    act: 'update',
    revision: version.revision,
    replicaRow: replica.id,
    replicaRevision: replica.revision,
    details: { ...details, changes: stamps } as VersionDetails,
    reason: withoutTags,
  }
}

/** Where changes travel both ways a tie must fall the same way at both ends; where they do not, the source's change holds. */
function isLater(here: MetadataStamp | undefined, there: MetadataStamp | undefined, isMutual: boolean): boolean {
  if (!here || !there) return here !== undefined
  const [at, counter, bucket] = here
  if (at !== there[0]) return at > there[0]
  if (!isMutual) return counter !== there[1] || bucket !== there[2]
  return counter === there[1] ? bucket > there[2] : counter > there[1]
}
