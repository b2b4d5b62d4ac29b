import { parseBucketArn } from '../../protocol/endpoint/arn.ts'
import { flattened, type Infer, integer, oneOf, required, string, structure } from '../../protocol/xml/shape.ts'
import type { ReplicationRule as StoreRule } from '../../store/replication/rules.ts'
import type { DataContext } from '../context.ts'
import { findConfiguration } from '../stored-configuration.ts'

/**
 * The replication configuration of a bucket, members in the order in which GetBucketReplication shows them. Source:
 * API_PutBucketReplication and recorded answers. `ExistingObjectReplication` needs an account that AWS has allowed it to: it is refused
 * like an element that does not exist.
 */
const Status = required(oneOf(['Enabled', 'Disabled']))
const closed = { closed: true } as const

const Tag = structure({ Key: required(string({ minLength: 1 })), Value: required(string()) }, closed)

/** ASSUMED: the other classes of the model, which belong to other kinds of bucket, are refused as words that do not exist. */
const StorageClass = oneOf([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])

const Minutes = structure({ Minutes: integer() }, closed)

const Destination = structure(
  {
    Bucket: required(string()),
    Account: string(),
    StorageClass,
    AccessControlTranslation: structure({ Owner: required(oneOf(['Destination'])) }, closed),
    EncryptionConfiguration: structure({ ReplicaKmsKeyID: string() }, closed),
    ReplicationTime: structure({ Status, Time: required(Minutes) }, closed),
    Metrics: structure({ Status, EventThreshold: Minutes }, closed),
  },
  closed,
)

const ReplicationRule = structure(
  {
    ID: string(),
    Priority: integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    Filter: structure(
      {
        Prefix: string(),
        Tag,
        And: structure({ Prefix: string(), Tags: flattened(Tag, { xmlName: 'Tag' }) }, closed),
      },
      closed,
    ),
    Prefix: string(),
    Status,
    SourceSelectionCriteria: structure(
      {
        SseKmsEncryptedObjects: structure({ Status }, closed),
        ReplicaModifications: structure({ Status }, closed),
      },
      closed,
    ),
    Destination: required(Destination),
    DeleteMarkerReplication: structure({ Status: oneOf(['Enabled', 'Disabled']) }, closed),
  },
  closed,
)
export type ReplicationRule = Infer<typeof ReplicationRule>

export const ReplicationConfiguration = structure(
  {
    Role: required(string()),
    Rules: required(flattened(ReplicationRule, { xmlName: 'Rule', minItems: 1 })),
  },
  { xmlName: 'ReplicationConfiguration', closed: true },
)
export type ReplicationConfiguration = Infer<typeof ReplicationConfiguration>

/** The tags a rule's filter asks for. */
export function tagsOf({
  Filter: filter,
}: ReplicationRule): readonly { readonly Key: string; readonly Value: string }[] {
  if (filter?.Tag) return [filter.Tag]
  return filter?.And?.Tags ?? []
}

/** Of Replication Time Control. */
const thresholdMs = 15 * 60 * 1000

type BucketContext = Pick<DataContext, 'store' | 'bucket'>

/** What the bucket reached replicates, and where to; undefined: it has no configuration. */
export function findReplication(context: BucketContext): ReplicationConfiguration | undefined {
  return findConfiguration(ReplicationConfiguration, 'replication', context)
}

/** The enabled rules as the store judges versions by them. */
export function storedRules(
  { Role: role, Rules }: ReplicationConfiguration,
  {
    store,
    bucket,
  }: { readonly store: Pick<DataContext['store'], 'findBucket'>; readonly bucket: DataContext['bucket'] },
): StoreRule[] {
  return Rules.filter(({ Status }) => Status === 'Enabled').map(rule => {
    const { Bucket, StorageClass, AccessControlTranslation, EncryptionConfiguration, ...timing } = rule.Destination
    const destination = parseBucketArn(Bucket) ?? ''
    const { SseKmsEncryptedObjects, ReplicaModifications } = rule.SourceSelectionCriteria ?? {}
    const takesKms = SseKmsEncryptedObjects?.Status === 'Enabled'
    return {
      id: rule.ID ?? '',
      priority: rule.Priority ?? 0,
      prefix: rule.Prefix ?? rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? '',
      tags: tagsOf(rule).map(({ Key, Value }) => [Key, Value] as const),
      source: bucket.name,
      sourceRegion: bucket.region,
      destination,
      destinationRegion: store.findBucket(destination)?.region ?? '',
      role,
      // In the first generation those that users make always travel.
      deleteMarkers: rule.DeleteMarkerReplication?.Status !== 'Disabled',
      replicaModifications: ReplicaModifications?.Status === 'Enabled',
      ...(takesKms && { replicaKmsKeyId: EncryptionConfiguration?.ReplicaKmsKeyID }),
      ...(StorageClass && { storageClass: StorageClass }),
      ownerOverride: AccessControlTranslation !== undefined,
      metrics: timing.Metrics?.Status === 'Enabled',
      ...(timing.ReplicationTime?.Status === 'Enabled' && { thresholdMs }),
    }
  })
}
