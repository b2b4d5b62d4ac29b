import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import getObject from '../../src/data/operations/get-object.ts'
import type { SeedBucket } from '../../src/data/seed.ts'
import { call, type DataWorld, dataWorld, owner, textOf } from '../helpers/data-context.ts'
import { seedBucket } from '../helpers/seed.ts'

const bucketOf = (more: Partial<SeedBucket> = {}): SeedBucket => ({
  name: 'seeded',
  region: 'eu-west-1',
  accountId: owner,
  objects: [],
  ...more,
})
const object = (key: string, content: { body: string } | { file: string }) => ({ key, content, metadata: {}, tags: {} })
const seed = (world: DataWorld, bucket: SeedBucket, defaults: 'current' | 'before-2023' = 'current') =>
  seedBucket(world.store, bucket, world.clock.now(), defaults)

t.test('a bucket starts as a created one does', async t => {
  const world = await dataWorld(t)
  await seed(world, bucketOf())
  t.match(world.store.findBucket('seeded'), {
    region: 'eu-west-1',
    accountId: owner,
    createdAt: world.clock.now(),
    versioning: undefined,
    objectLock: false,
    requestPayer: 'BucketOwner',
    objectOwnership: 'BucketOwnerEnforced',
    publicAccessBlock: { blockPublicAcls: true, restrictPublicBuckets: true },
    policy: undefined,
  })
  await seed(world, bucketOf({ name: 'old' }), 'before-2023')
  t.match(world.store.findBucket('old'), { objectOwnership: undefined, publicAccessBlock: undefined })
})

t.test('what the file says holds', async t => {
  const world = await dataWorld(t)
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::seeded/*' }],
  })
  const publicAccessBlock = {
    blockPublicAcls: false,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }
  const settings = { requestPayer: 'Requester', objectOwnership: 'ObjectWriter', publicAccessBlock, policy } as const
  await seed(world, bucketOf({ ...settings, objectLock: true }))
  const bucket = world.store.findBucket('seeded')
  t.match(bucket, { ...settings, versioning: 'Enabled', objectLock: true })
  t.ok(world.store.findBucketConfiguration(bucket?.id ?? 0, 'objectLock'))
  await seed(world, bucketOf({ name: 'suspended', versioning: 'Suspended' }))
  t.equal(world.store.findBucket('suspended')?.versioning, 'Suspended')
})

t.test('objects, from the file itself and from others beside it', async t => {
  const world = await dataWorld(t)
  const file = join(t.testdir(), 'b.bin')
  writeFileSync(file, 'x'.repeat(300_000))
  await seed(
    world,
    bucketOf({
      objects: [
        {
          ...object('a.txt', { body: 'hello' }),
          contentType: 'text/plain',
          metadata: { k: 'v' },
          tags: { team: 'red' },
        },
        object('b.bin', { file }),
        object('empty', { body: '' }),
      ],
    }),
  )
  const bucket = world.store.findBucket('seeded')
  if (!bucket) throw new Error('not seeded')
  t.match(world.store.findCurrentVersion(bucket.id, 'a.txt'), {
    etag: '5d41402abc4b2a76b9719d911017c592',
    size: 5,
    ownerId: owner,
    lastModified: world.clock.now(),
    storageClass: 'STANDARD',
    details: {
      entityHeaders: { 'content-type': 'text/plain' },
      metadata: { k: 'v' },
      tags: [['team', 'red']],
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'M3eFcAZSQlc=' },
    },
  })
  const read = async (Key: string) =>
    textOf((await call(getObject, { Bucket: 'seeded', Key }, world.context({ bucket }))).Body)
  t.equal(await read('b.bin'), 'x'.repeat(300_000))
  t.equal(await read('empty'), '')
})

t.test('stops the start', async t => {
  const world = await dataWorld(t)
  const cases = [
    ['a policy of another bucket', bucketOf({ policy: '{}' }), /policy of bucket seeded: Missing required field/],
    ['a file that is not there', bucketOf({ objects: [object('k', { file: '/nowhere/b.bin' })] }), /object k: ENOENT/],
  ] as const
  for (const [name, bucket, message] of cases) {
    await t.rejects(seed(world, bucket), { name: 'StartError', exitCode: 2, message }, name)
  }
})
