import t from 'tap'
import type { Store } from '../../src/store/store.ts'
import { deletion, newBucket, newVersion, put, seal, someBytes, storeWorld } from './fixture.ts'

t.test('a bucket comes back as it was stored', async t => {
  const { store } = await storeWorld(t)
  t.equal(store.isEmpty(), true)
  const plain = newBucket({ name: 'plain' })
  const full = newBucket({
    name: 'full',
    versioning: 'Enabled',
    objectLock: true,
    requestPayer: 'Requester',
    objectOwnership: undefined,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: false,
      blockPublicPolicy: true,
      restrictPublicBuckets: false,
    },
    policy: '{"Version":"2012-10-17"}',
  })
  const made = await store.insertBucket({ ...full, configurations: { objectLock: '<x/>' } })
  await store.insertBucket(plain)
  t.match(made, { outcome: 'created' })
  const id = made.outcome === 'created' ? made.id : 0
  t.strictSame(store.findBucket('full'), { id, revision: 1, ...full })
  t.match(store.findBucket('plain'), plain)
  t.equal(store.findBucket('other'), undefined)
  t.equal(store.findBucketConfiguration(id, 'objectLock'), '<x/>')
  t.equal(store.findBucketConfiguration(id, 'acl'), undefined)
  t.equal(store.isEmpty(), false)
})

t.test('a name is given once, whoever asks', async t => {
  const { store } = await storeWorld(t)
  const asked = ['111122223333', '210987654321', '111122223333'].map(accountId =>
    store.insertBucket(newBucket({ name: 'same', accountId })),
  )
  const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome)
  t.strictSame(outcomes, ['created', 'exists', 'exists'])
})

t.test('buckets of an account are listed by name', async t => {
  const { store, bucket } = await storeWorld(t)
  for (const name of ['b', 'a.b', 'a-b']) await bucket({ name })
  await bucket({ name: 'theirs', accountId: '210987654321' })
  t.strictSame(
    store.listBuckets('111122223333').map(({ name }) => name),
    ['a-b', 'a.b', 'b'],
  )
})

t.test('settings change alone or together, and can be taken back', async t => {
  const { store, bucket } = await storeWorld(t)
  const id = await bucket({ name: 'b', policy: 'p' })
  t.equal(await store.updateBucket(id, { versioning: 'Enabled' }), 'updated')
  t.match(store.findBucket('b'), { versioning: 'Enabled', policy: 'p', objectOwnership: 'BucketOwnerEnforced' })
  await store.updateBucket(id, { policy: undefined, objectOwnership: undefined, requestPayer: 'Requester' })
  t.match(store.findBucket('b'), {
    versioning: 'Enabled',
    policy: undefined,
    objectOwnership: undefined,
    requestPayer: 'Requester',
  })
  t.equal(await store.updateBucket(id + 1, { policy: 'p' }), 'no-bucket')
})

t.test('configurations are put, replaced and removed', async t => {
  const { store, bucket } = await storeWorld(t)
  const id = await bucket()
  await store.putBucketConfiguration(id, 'tagging', 'one')
  await store.putBucketConfiguration(id, 'tagging', 'two')
  await store.putBucketConfiguration(id, 'cors', 'other')
  t.equal(store.findBucketConfiguration(id, 'tagging'), 'two')
  await store.putBucketConfiguration(id, 'tagging', undefined)
  t.equal(store.findBucketConfiguration(id, 'tagging'), undefined)
  t.equal(store.findBucketConfiguration(id, 'cors'), 'other')
  await t.resolves(store.putBucketConfiguration(id + 1, 'cors', 'nobody'), 'a bucket that is gone has no configuration')
})

t.test('a bucket is deleted only when nothing holds it', async t => {
  const { store, bucket } = await storeWorld(t)
  const id = await bucket({ name: 'b', versioning: 'Enabled' })
  await attach(store, 'b', '111122223333')
  await put(store, id, 'k')
  t.equal(await store.deleteBucket(id, 0), 'not-empty')
  await store.deleteObject(deletion(id, 'k'))
  t.equal(await store.deleteBucket(id, 0), 'not-empty', 'a delete marker holds it too')
  for (const { versionId } of versionsOf(store, id)) await store.deleteObject(deletion(id, 'k', versionId))
  t.equal(await store.deleteBucket(id, 8999), 'attached')
  t.equal(await store.deleteBucket(id, 9000), 'deleted', 'the MRAP is gone by then')
  t.equal(await store.deleteBucket(id, 9000), 'absent')
  t.equal(store.findBucket('b'), undefined)
})

t.test("another account's MRAP does not hold a bucket", async t => {
  const { store, bucket } = await storeWorld(t)
  const id = await bucket({ name: 'b' })
  await attach(store, 'b', '210987654321')
  t.equal(await store.deleteBucket(id, 0), 'deleted')
})

t.test('open uploads, their parts and the configurations go with the bucket', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const id = await bucket({ name: 'b' })
  await store.putBucketConfiguration(id, 'cors', 'x')
  const { bucketId, key, ownerId, storageClass } = newVersion(id, 'k')
  const upload = { bucketId, key, ownerId, storageClass, details: {}, initiatedAt: 1, initiatorId: ownerId }
  await store.insertUpload({ ...upload, uploadId: 'u', checksumAlgorithm: undefined, checksumType: undefined })
  const part = { partNumber: 1, size: 0, etag: 'e', lastModified: 1, checksum: undefined }
  await store.putPart(store.findUpload('u')?.id ?? 0, part, await seal(store, someBytes(300_000)))
  await chunksBecome(2)
  t.equal(await store.deleteBucket(id, 0), 'deleted')
  t.equal(store.findUpload('u'), undefined)
  await chunksBecome(0)
  const again = await bucket({ name: 'b' })
  t.not(again, id, 'an id never comes back')
  t.equal(store.findBucketConfiguration(again, 'cors'), undefined)
})

t.test('what arrives after the bucket was deleted is not stored', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const id = await bucket()
  const small = await seal(store, someBytes(10))
  const large = await seal(store, someBytes(300_000))
  await store.deleteBucket(id, 0)
  t.match(await store.putObject(newVersion(id, 'k'), small), { outcome: 'no-bucket' })
  t.match(await store.putObject(newVersion(id, 'k'), large), { outcome: 'no-bucket' })
  t.match(await store.deleteObject(deletion(id, 'k')), { outcome: 'absent' })
  await chunksBecome(0)
})

function versionsOf(store: Store, bucketId: number) {
  return store
    .listVersions({ bucketId, prefix: '', limit: 100 })
    .entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
}

/** An MRAP over one bucket, gone from 9000 on. */
async function attach(store: Store, bucket: string, accountId: string): Promise<void> {
  const operation = {
    accountId,
    submittedAt: 0,
    startsAt: 0,
    dueAt: 0,
    failure: undefined,
    regions: [],
    parameters: '{"Name":"m"}',
  }
  const publicAccessBlock = {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  }
  await store.submitCreateMrap(
    { ...operation, token: 't1', clientToken: 'c1', operation: 'CreateMultiRegionAccessPoint' },
    {
      accountId,
      name: 'm',
      alias: 'm.mrap',
      createdAt: 0,
      readyAt: 0,
      publicAccessBlock,
      regions: [{ bucket, region: 'us-west-2', bucketAccountId: '111122223333' }],
    },
  )
  const mrapId = store.findMrapByAlias('m.mrap', 0)?.id ?? 0
  await store.submitDeleteMrap(
    { ...operation, token: 't2', clientToken: 'c2', operation: 'DeleteMultiRegionAccessPoint' },
    { mrapId, deletingAt: 5000, goneAt: 9000 },
  )
}

t.test('configurations of one kind are listed by id', async t => {
  const { store } = await storeWorld(t)
  const made = await store.insertBucket(newBucket({ name: 'plain' }))
  const id = made.outcome === 'created' ? made.id : 0
  for (const name of ['inventory/z', 'inventory/a', 'inventory/ä', 'metrics/b', 'intelligent-tiering/c'] as const) {
    await store.putBucketConfiguration(id, name, name)
  }
  await store.putBucketConfiguration(id, 'acl', '{}')
  t.strictSame(store.listBucketConfigurations(id, 'inventory', '', 10), ['inventory/a', 'inventory/z', 'inventory/ä'])
  t.strictSame(store.listBucketConfigurations(id, 'inventory', 'a', 1), ['inventory/z'])
  t.strictSame(store.listBucketConfigurations(id, 'analytics', '', 10), [])
})
