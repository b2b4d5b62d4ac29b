import type { ReplicationRule } from '../../store/replication/rules.ts'
import type { Bucket, ObjectVersion, VersionDetails } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { retentionByDefault } from '../objects/object-lock.ts'

type Replica = Pick<ObjectVersion, 'ownerId' | 'storageClass' | 'details'>

/**
 * What a version is like in the destination. Key, version id, creation time, ETag, parts, checksums and metadata are the source's; owner,
 * class, key of encryption and default retention may be the destination's (replication-spec 2.5, 2.11).
 */
export function replicaOf(
  { ownerId, storageClass, details, isDeleteMarker }: ObjectVersion,
  {
    store,
    now,
    rule,
    source,
    destination,
  }: {
    readonly store: Store
    readonly now: number
    readonly rule: ReplicationRule
    readonly source: Bucket
    readonly destination: Bucket
  },
): Replica {
  if (isDeleteMarker) return { ownerId, storageClass, details: {} }
  const { acl, restore: _, ...rest } = details
  const isTheirs = rule.ownerOverride || destination.objectOwnership === 'BucketOwnerEnforced'
  const isSame = destination.accountId === source.accountId && ownerId === destination.accountId
  const keepsAcl = acl !== undefined && (!isTheirs || (isSame && destination.objectOwnership !== 'BucketOwnerEnforced'))
  const retention = details.retention ?? retentionByDefault(destination, store, now)
  return {
    ownerId: isTheirs ? destination.accountId : ownerId,
    storageClass: rule.storageClass ?? storageClass,
    details: {
      ...rest,
      ...(keepsAcl && { acl }),
      ...(retention && { retention }),
      ...encryptionOf(details, rule),
    },
  }
}

/** Versions encrypted with KMS have the rule's key there. */
function encryptionOf({ encryption }: VersionDetails, { replicaKmsKeyId }: ReplicationRule) {
  if (!encryption?.algorithm.startsWith('aws:kms') || replicaKmsKeyId === undefined) return {}
  return { encryption: { ...encryption, kmsKeyId: replicaKmsKeyId } }
}
