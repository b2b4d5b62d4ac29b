import t from 'tap'
import deleteBucket from '../../../src/data/operations/delete-bucket.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { call, type DataWorld, dataWorld, exchange, owner, refusal, stranger } from '../../helpers/data-context.ts'

async function attach(world: DataWorld, accountId: string): Promise<void> {
  const now = world.clock.now()
  await world.store.submitCreateMrap(
    {
      token: `token-${accountId}`,
      accountId,
      clientToken: 'one',
      operation: 'CreateMultiRegionAccessPoint',
      parameters: '{}',
      submittedAt: now,
      startsAt: now,
      dueAt: now,
      failure: undefined,
      regions: ['us-west-2'],
    },
    {
      accountId,
      name: 'orders-global',
      alias: `m${accountId}.mrap`,
      createdAt: now,
      readyAt: now,
      publicAccessBlock: {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      },
      regions: [{ bucket: 'orders-usw2', region: 'us-west-2', bucketAccountId: owner }],
    },
    [{ region: 'us-west-2', trafficDialPercentage: 100, submittedAt: now, effectiveAt: now }],
  )
}

t.test('does the work', async t => {
  const world = await dataWorld(t)
  await call(deleteBucket, { Bucket: 'orders-usw2' }, world.context())
  t.equal(world.store.findBucket('orders-usw2'), undefined)
})

t.test('another account’s MRAP does not hold the bucket', async t => {
  const world = await dataWorld(t)
  await attach(world, stranger)
  await call(deleteBucket, { Bucket: 'orders-usw2' }, world.context())
  t.equal(world.store.findBucket('orders-usw2'), undefined)
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  t.strictSame(await exchange(deleteBucket, world, ''), { status: 204, headers: {}, body: '' })
})

t.test('refuses', async t => {
  t.test('a bucket with an object', async t => {
    const world = await dataWorld(t)
    await exchange(putObject, world, 'k', { body: 'hello' })
    t.match(await refusal(deleteBucket, { Bucket: 'orders-usw2' }, world.context()), {
      code: 'BucketNotEmpty',
      status: 409,
      message: 'The bucket you tried to delete is not empty',
      fields: { BucketName: 'orders-usw2' },
    })
  })

  t.test('a bucket with versions', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    await exchange(putObject, world, 'k', { body: 'hello' })
    t.match(await refusal(deleteBucket, { Bucket: 'orders-usw2' }, world.context()), {
      code: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    })
  })

  t.test('a bucket that an MRAP of its account holds', async t => {
    const world = await dataWorld(t)
    await attach(world, owner)
    t.match(await refusal(deleteBucket, { Bucket: 'orders-usw2' }, world.context()), {
      code: 'BucketHasAccessPointsAttached',
      status: 400,
      message: 'Bucket has access points attached and cannot be deleted.',
      hint: /orders-global/,
    })
    t.ok(world.store.findBucket('orders-usw2'))
  })

  t.test('a bucket that is gone meanwhile', async t => {
    const world = await dataWorld(t)
    const context = world.context()
    await call(deleteBucket, { Bucket: 'orders-usw2' }, world.context())
    t.match(await refusal(deleteBucket, { Bucket: 'orders-usw2' }, context), { code: 'NoSuchBucket', status: 404 })
  })
})
