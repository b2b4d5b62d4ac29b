import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { errors } from '../errors.ts'
import type { ReplicationConfiguration, ReplicationRule } from './configuration.ts'
import { putReplication, type ReplicationContext } from './put-configuration.ts'

/** What the console's two templates ask for. Source: user guide, "Create two-way (one-way) replication rules". */
export interface ReplicationTemplate {
  /** `two-way`: every bucket of `sources` to every other; `destinations` is not read then. */
  readonly kind: 'two-way' | 'one-way'
  readonly sources: readonly string[]
  readonly destinations?: readonly string[] | undefined
  readonly prefix?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Default: true, and false where there are tags, with which S3 does not take it. */
  readonly deleteMarkers?: boolean | undefined
  /** Default: true in the two-way template, false in the other, where the console does not offer it. */
  readonly replicaModifications?: boolean | undefined
  /** Default: `arn:aws:iam::<account of the source>:role/replication`. */
  readonly role?: string | undefined
}

/**
 * Writes the rules of a template into its source buckets, through the code of PutBucketReplication; what they had is replaced. Returns the
 * names of the buckets written. Throws NoSuchBucket, and what PutBucketReplication refuses: buckets before that have their rules then.
 */
export async function applyTemplate(
  template: ReplicationTemplate,
  store: ReplicationContext['store'],
): Promise<readonly string[]> {
  for (const { name, destinations } of pairsOf(template)) {
    const bucket = store.findBucket(name)
    if (!bucket) throw errors.NoSuchBucket({ BucketName: name })
    const configuration: ReplicationConfiguration = {
      Role: template.role ?? `arn:aws:iam::${bucket.accountId}:role/replication`,
      Rules: destinations.map((destination, priority) => ruleOf(template, name, destination, priority)),
    }
    await putReplication(configuration, { store, bucket })
  }
  return pairsOf(template).map(({ name }) => name)
}

function pairsOf({ kind, sources, destinations = [] }: ReplicationTemplate) {
  const targets = kind === 'two-way' ? sources : destinations
  return sources
    .map(name => ({ name, destinations: targets.filter(target => target !== name) }))
    .filter(({ destinations }) => destinations.length > 0)
}

function ruleOf(template: ReplicationTemplate, source: string, destination: string, Priority: number): ReplicationRule {
  const tags = Object.entries(template.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
  const { deleteMarkers = tags.length === 0, replicaModifications = template.kind === 'two-way' } = template
  return {
    ID: `${source}-to-${destination}`.slice(0, 255),
    Priority,
    Filter: filterOf(template.prefix, tags),
    Status: 'Enabled',
    ...(replicaModifications && { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } }),
    Destination: {
      Bucket: formatBucketArn(destination),
      ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    },
    DeleteMarkerReplication: { Status: deleteMarkers ? 'Enabled' : 'Disabled' },
  }
}

function filterOf(prefix: string | undefined, tags: { Key: string; Value: string }[]): ReplicationRule['Filter'] {
  const [first, ...more] = tags
  if (!first) return { Prefix: prefix ?? '' }
  if (prefix === undefined && more.length === 0) return { Tag: first }
  return { And: { ...(prefix !== undefined && { Prefix: prefix }), Tags: tags } }
}
