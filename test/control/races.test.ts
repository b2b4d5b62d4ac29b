import t from 'tap'
import createMrap from '../../src/control/operations/create-multi-region-access-point.ts'
import tagResource from '../../src/control/operations/tag-resource.ts'
import { call, controlWorld, failureOf, prod, tokenOf } from './world.ts'

t.test('an MRAP that is created over a bucket that is deleted', async t => {
  const world = await controlWorld(t)
  const { store, clock } = world
  await world.bucket('stays', 'eu-west-1')
  const create = (n: number) =>
    call(
      createMrap,
      {
        Request: {
          ClientToken: `token-${n}`,
          Details: { Name: `orders-${n}`, Regions: [{ Bucket: 'stays' }, { Bucket: `goes-${n}` }] },
        },
      },
      world.context(),
    )
  for (let n = 0; n < 10; n++) {
    await world.bucket(`goes-${n}`, 'us-west-2')
    const id = store.findBucket(`goes-${n}`)?.id ?? 0
    const asked = create(n)
    // At different moments of the create.
    for (let turn = 0; turn < n % 5; turn++) await Promise.resolve()
    const deleted = await store.deleteBucket(id, clock.now())
    const failure = await failureOf(world, tokenOf(await asked))
    t.equal(failure, deleted === 'deleted' ? 'NoSuchBucket' : undefined, `${n}: the bucket is ${deleted}`)
    t.equal(store.findMrapByName(prod, `orders-${n}`, clock.now()) !== undefined, deleted !== 'deleted')
  }
})

t.test('tags of a bucket, from both planes at once', async t => {
  const world = await controlWorld(t)
  await world.bucket('tagged', 'us-west-2')
  const id = world.store.findBucket('tagged')?.id ?? 0
  const other = JSON.stringify({ TagSet: [{ Key: 'state', Value: 'new' }] })
  const put = world.store.putBucketConfiguration(id, 'tagging', other)
  const tag = call(
    tagResource,
    { ResourceArn: 'arn:aws:s3:::tagged', Tags: [{ Key: 'team', Value: 'blue' }] },
    world.context(),
  )
  await Promise.all([put, tag])
  const text = world.store.findBucketConfiguration(id, 'tagging')
  t.strictSame(JSON.parse(text ?? '{}').TagSet, [
    { Key: 'state', Value: 'new' },
    { Key: 'team', Value: 'blue' },
  ])
})
