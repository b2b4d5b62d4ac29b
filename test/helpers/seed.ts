import * as control from '../../src/control/seed.ts'
import * as data from '../../src/data/seed.ts'
import type { Store } from '../../src/store/store.ts'
import { newBucket } from '../store/fixture.ts'

/** Puts a bucket of a world file into a store, beside what is there. */
export async function seedBucket(
  store: Store,
  bucket: data.SeedBucket,
  now: number,
  defaults: 'current' | 'before-2023',
): Promise<void> {
  const content = await data.seedBucket(store.bodies, bucket, now, defaults)
  const made = await store.insertBucket(content.bucket)
  if (made.outcome !== 'created') throw new Error(`there is a bucket ${bucket.name} already`)
  for (const { version, body } of content.objects) await store.putObject({ ...version, bucketId: made.id }, body)
}

/** The same for an MRAP. Buckets of it that are not there are made. */
export async function seedMrap(store: Store, mrap: control.SeedMrap, now: number): Promise<void> {
  for (const { name, region, accountId } of mrap.buckets)
    await store.insertBucket(newBucket({ name, region, accountId }))
  await store.submitCreateMrap(...control.seedMrap(store, mrap, now))
}
