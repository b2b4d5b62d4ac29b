import { createReadStream } from 'node:fs'
import { StartError } from '../protocol/start-error.ts'
import type { Store } from '../store/store.ts'
import type { WorldBucket, WorldObject } from '../world/world.ts'
import { readBucketPolicy } from './access/bucket-policy.ts'
import { initialObjectLock, initialSettings } from './buckets/buckets.ts'
import type { DataSettings } from './context.ts'
import { computedChecksum } from './objects/checksums.ts'
import { etagOf } from './objects/etag.ts'
import { newVersionId } from './objects/versions.ts'

/** A bucket of a world file whose account has been looked up. */
export interface SeedBucket extends WorldBucket {
  readonly accountId: string
}

/**
 * Puts a bucket with its objects into the store, as if all had been made at `now` (milliseconds since the epoch); what the file leaves
 * out starts as with CreateBucket. Throws StartError for a name that is taken, a policy that the bucket cannot have, or a file that
 * cannot be read.
 */
export async function seedBucket(
  store: Store,
  bucket: SeedBucket,
  now: number,
  defaults: DataSettings['bucketDefaults'],
): Promise<void> {
  const { name, region, accountId, policy, objectLock = false } = bucket
  const read = policy === undefined ? undefined : readBucketPolicy(policy, name)
  if (read?.ok === false) throw new StartError(`world: the policy of bucket ${name}: ${read.problem}`, 2)
  const initial = initialSettings(defaults)
  const created = await store.insertBucket({
    name,
    region,
    accountId,
    createdAt: now,
    versioning: bucket.versioning ?? (objectLock ? 'Enabled' : undefined),
    objectLock,
    requestPayer: bucket.requestPayer ?? initial.requestPayer,
    objectOwnership: bucket.objectOwnership ?? initial.objectOwnership,
    publicAccessBlock: bucket.publicAccessBlock ?? initial.publicAccessBlock,
    policy,
    ...(objectLock && { configurations: { objectLock: initialObjectLock } }),
  })
  if (created.outcome === 'exists') throw new StartError(`world: there is a bucket ${name} already`, 2)
  for (const object of bucket.objects) await seedObject(store, created.id, accountId, object, now)
}

async function seedObject(
  store: Store,
  bucketId: number,
  ownerId: string,
  { key, content, contentType, metadata, tags }: WorldObject,
  now: number,
): Promise<void> {
  const staged = store.bodies.stage({ digests: ['crc64nvme'] })
  try {
    for await (const bytes of bytesOf(content)) await staged.append(bytes)
  } catch (error) {
    await staged.discard()
    throw new StartError(`world: object ${key}: ${error instanceof Error ? error.message : 'cannot be read'}`, 2)
  }
  const body = await staged.seal()
  const tagList = Object.entries(tags)
  await store.putObject(
    {
      bucketId,
      key,
      versionId: newVersionId(),
      etag: etagOf(body, undefined),
      lastModified: now,
      ownerId,
      storageClass: 'STANDARD',
      details: {
        checksum: computedChecksum('CRC64NVME', body.digests),
        metadata,
        ...(contentType !== undefined && { entityHeaders: { 'content-type': contentType } }),
        ...(tagList.length > 0 && { tags: tagList }),
      },
    },
    body,
  )
}

async function* bytesOf(content: WorldObject['content']): AsyncGenerator<Uint8Array, void, undefined> {
  if ('body' in content) yield Buffer.from(content.body)
  else yield* createReadStream(content.file)
}
