import { createReadStream } from 'node:fs'
import { StartError } from '../protocol/start-error.ts'
import type { Bodies } from '../store/bodies/body.ts'
import { StorageError } from '../store/storage-error.ts'
import type { BucketContent } from '../store/store.ts'
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
 * A bucket with its objects as the store takes them, as if all had been made at `now` (milliseconds since the epoch); what the file
 * leaves out starts as with CreateBucket. The bytes of the objects are staged. Throws StartError for a policy that the bucket cannot
 * have, or a file that cannot be read.
 */
export async function seedBucket(
  bodies: Pick<Bodies, 'stage'>,
  bucket: SeedBucket,
  now: number,
  defaults: DataSettings['bucketDefaults'],
): Promise<BucketContent> {
  const { name, region, accountId, policy, objectLock = false } = bucket
  const read = policy === undefined ? undefined : readBucketPolicy(policy, name)
  if (read?.ok === false) throw new StartError(`world: the policy of bucket ${name}: ${read.problem}`, 2)
  const initial = initialSettings(defaults)
  const objects: BucketContent['objects'][number][] = []
  for (const object of bucket.objects) objects.push(await seedObject(bodies, accountId, object, now))
  return {
    bucket: {
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
    },
    objects,
  }
}

async function seedObject(
  bodies: Pick<Bodies, 'stage'>,
  ownerId: string,
  { key, content, contentType, metadata, tags }: WorldObject,
  now: number,
): Promise<BucketContent['objects'][number]> {
  // What stands in the world file is in memory anyway; files may be many.
  const staged = bodies.stage({ digests: ['crc64nvme'], leaves: 'file' in content })
  try {
    for await (const bytes of bytesOf(content)) await staged.append(bytes)
  } catch (error) {
    if (error instanceof StorageError) throw error
    throw new StartError(`world: object ${key}: ${error instanceof Error ? error.message : 'cannot be read'}`, 2)
  }
  const body = await staged.seal()
  const tagList = Object.entries(tags)
  return {
    version: {
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
  }
}

async function* bytesOf(content: WorldObject['content']): AsyncGenerator<Uint8Array, void, undefined> {
  if ('body' in content) yield Buffer.from(content.body)
  else yield* createReadStream(content.file)
}
