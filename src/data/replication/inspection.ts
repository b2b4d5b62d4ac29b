import { setImmediate } from 'node:timers/promises'
import type { ReplicationState } from '../../store/replication/rows.ts'
import type { ObjectVersion, ReplicationStatus } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'

/** A version and what became of its replicas: what S3 shows only in an inventory. */
export interface VersionState {
  readonly versionId: string
  readonly isDeleteMarker: boolean
  readonly isCurrent: boolean
  readonly status: ReplicationStatus | undefined
  readonly destinations: readonly {
    readonly bucket: string
    readonly state: ReplicationState['state']
    readonly reason?: string | undefined
    /** World time; of pending work. */
    readonly due?: number | undefined
  }[]
}

/** Keys in byte order. */
export interface BucketDifference {
  /** Keys with a current object in one bucket alone. */
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
  /** Another version is current. */
  readonly currentDiffers: readonly string[]
  /** The same version with other tags, ACL, retention or legal hold. */
  readonly metadataDiffers: readonly string[]
}

const page = 500

/** Versions of a key, newest first; undefined: no such bucket. */
export function versionsOf(store: Store, bucketName: string, key: string): VersionState[] | undefined {
  const bucket = store.findBucket(bucketName)
  if (!bucket) return undefined
  const versions: ObjectVersion[] = []
  let position: { after: string; afterVersionId: string } | undefined
  for (;;) {
    const { entries, isTruncated } = store.listVersions({ bucketId: bucket.id, prefix: key, limit: page, ...position })
    const rows = entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
    const own = rows.filter(row => row.key === key)
    versions.push(...own)
    const last = own.at(-1)
    // The key itself sorts before all that begin with it.
    if (!isTruncated || !last || own.length < rows.length) break
    position = { after: key, afterVersionId: last.versionId }
  }
  return versions.map(version => stateOf(store, version))
}

function stateOf(store: Store, { id, versionId, isDeleteMarker, isCurrent, replication }: ObjectVersion): VersionState {
  return {
    versionId,
    isDeleteMarker,
    isCurrent,
    status: replication,
    destinations: store.listReplicationStates(id).map(({ destination, state, reason, dueAt }) => ({
      bucket: destination,
      state,
      ...(reason !== undefined && { reason }),
      ...(state === 'pending' && { due: dueAt }),
    })),
  }
}

/** What two buckets have not in common, of keys with a prefix; undefined: one of them is not there. Other requests are served meanwhile. */
export async function differenceOf(
  store: Store,
  a: string,
  b: string,
  prefix = '',
): Promise<BucketDifference | undefined> {
  const ends = [a, b].map(name => store.findBucket(name))
  const [bucketA, bucketB] = ends
  if (!bucketA || !bucketB) return undefined
  const difference = {
    onlyInA: [] as string[],
    onlyInB: [] as string[],
    currentDiffers: [] as string[],
    metadataDiffers: [] as string[],
  }
  for await (const key of currentKeys(store, bucketA.id, prefix)) {
    const here = store.findCurrentVersion(bucketA.id, key)
    const there = store.findCurrentVersion(bucketB.id, key)
    if (!here || here.isDeleteMarker) continue
    if (!there || there.isDeleteMarker) difference.onlyInA.push(key)
    else if (here.versionId !== there.versionId) difference.currentDiffers.push(key)
    else if (metadataOf(here) !== metadataOf(there)) difference.metadataDiffers.push(key)
  }
  for await (const key of currentKeys(store, bucketB.id, prefix)) {
    const here = store.findCurrentVersion(bucketA.id, key)
    if (!here || here.isDeleteMarker) difference.onlyInB.push(key)
  }
  return difference
}

async function* currentKeys(store: Store, bucketId: number, prefix: string): AsyncGenerator<string, void, undefined> {
  let after: string | undefined
  for (;;) {
    const { entries, isTruncated } = store.listObjects({ bucketId, prefix, limit: page, after })
    for (const entry of entries) {
      if (entry.kind !== 'row') continue
      yield entry.row.key
      after = entry.row.key
    }
    if (!isTruncated) return
    await setImmediate()
  }
}

/** What replication keeps equal beside the bytes. The order of tags means nothing. */
function metadataOf({ details: { tags = [], acl, retention, legalHold } }: ObjectVersion): string {
  const sorted = [...tags].sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([sorted, acl ?? null, retention ?? null, legalHold ?? null])
}
