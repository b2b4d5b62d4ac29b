import t from 'tap'
import { allUp, chooseRoute, resolveMrap } from '../../../src/data/routing/resolve-bucket.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import type { MultiRegionAccessPoint } from '../../../src/store/rows.ts'
import type { Store } from '../../../src/store/store.ts'
import { type DataWorld, dataWorld, owner, stranger } from '../../helpers/data-context.ts'

const route = (region: string, trafficDialPercentage: number) => ({
  bucket: `orders-${region}`,
  region,
  bucketAccountId: owner,
  trafficDialPercentage,
})

t.test('chooseRoute', async t => {
  const all = [route('us-west-2', 100), route('eu-west-1', 100), route('ap-northeast-1', 100)]
  const cases = [
    ['the own Region', all, 'eu-west-1', 'eu-west-1', 'nearest-active'],
    ['the nearest Region', all, 'eu-central-1', 'eu-west-1', 'nearest-active'],
    ['whatever the order', all.toReversed(), 'us-east-1', 'us-west-2', 'nearest-active'],
    [
      'a passive Region gets nothing, even from its own clients',
      [route('us-west-2', 0), route('eu-west-1', 100), route('ap-northeast-1', 100)],
      'us-west-2',
      'eu-west-1',
      'nearest-active',
    ],
    [
      'the only active Region',
      [route('us-west-2', 0), route('ap-northeast-1', 100)],
      'us-west-2',
      'ap-northeast-1',
      'only-active',
    ],
  ] as const
  for (const [name, routes, from, region, reason] of cases) {
    t.strictSame(
      chooseRoute(routes, from, allUp),
      { bucket: `orders-${region}`, region, bucketAccountId: owner, reason },
      name,
    )
  }
  t.equal(chooseRoute([route('us-west-2', 0)], 'us-west-2', allUp), undefined)
})

const alias = 'mfzwi23gnjvgw.mrap'

/** An MRAP over `orders-usw2` and, of another account, `orders-euw1`; READY after ten seconds. */
async function mrapWorld(t: Parameters<typeof dataWorld>[0]): Promise<DataWorld> {
  const world = await dataWorld(t)
  const { store, clock } = world
  await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', accountId: stranger })
  const now = clock.now()
  const mrap: Omit<MultiRegionAccessPoint, 'id' | 'deletingAt' | 'goneAt'> = {
    accountId: owner,
    name: 'orders-global',
    alias,
    createdAt: now,
    readyAt: now + 10_000,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    regions: [
      { bucket: 'orders-usw2', region: 'us-west-2', bucketAccountId: owner },
      { bucket: 'orders-euw1', region: 'eu-west-1', bucketAccountId: stranger },
    ],
  }
  const active = { trafficDialPercentage: 100, submittedAt: now, effectiveAt: now }
  await store.submitCreateMrap(
    {
      token: 'token',
      accountId: owner,
      clientToken: 'one',
      operation: 'CreateMultiRegionAccessPoint',
      parameters: '{}',
      submittedAt: now,
      startsAt: now,
      dueAt: now + 10_000,
      failure: undefined,
      regions: ['us-west-2', 'eu-west-1'],
    },
    mrap,
    [
      { region: 'us-west-2', ...active },
      { region: 'eu-west-1', ...active },
    ],
  )
  return world
}

const mrapId = (store: Store, now: number) => store.findMrapByAlias(alias, now)?.id ?? 0

function refusalOf(run: () => unknown): AwsError {
  try {
    run()
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
  throw new Error('no refusal')
}

t.test('resolveMrap', async t => {
  t.test('nearest bucket, with the MRAP it came through', async t => {
    const { store, clock } = await mrapWorld(t)
    clock.advance(10_000)
    t.match(resolveMrap(store, alias, 'eu-west-2', clock.now(), allUp), {
      mrap: { alias, accountId: owner, arn: `arn:aws:s3::${owner}:accesspoint/${alias}` },
      region: 'eu-west-1',
      bucketName: 'orders-euw1',
      bucket: { name: 'orders-euw1', accountId: stranger },
      reason: 'nearest-active',
    })
  })

  t.test('a dial moves traffic from its time on', async t => {
    const { store, clock } = await mrapWorld(t)
    clock.advance(10_000)
    const now = clock.now()
    await store.insertRouteSettings(mrapId(store, now), [
      { region: 'eu-west-1', trafficDialPercentage: 0, submittedAt: now, effectiveAt: now + 2000 },
    ])
    clock.advance(1999)
    t.equal(resolveMrap(store, alias, 'eu-west-1', clock.now(), allUp).region, 'eu-west-1')
    clock.advance(1)
    t.match(resolveMrap(store, alias, 'eu-west-1', clock.now(), allUp), { region: 'us-west-2', reason: 'only-active' })
  })

  t.test('a bucket that is gone stays chosen, and so does one that another account made anew', async t => {
    const world = await mrapWorld(t)
    const { store, clock } = world
    clock.advance(10_000)
    const before = store.findBucket('orders-euw1')
    t.equal(await store.deleteBucket(before?.id ?? 0, clock.now()), 'deleted')
    const landing = () => resolveMrap(store, alias, 'eu-west-1', clock.now(), allUp)
    t.match(landing(), { bucketName: 'orders-euw1', region: 'eu-west-1' })
    t.equal(landing().bucket, undefined)
    await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', accountId: owner })
    t.equal(landing().bucket, undefined)
    await store.deleteBucket(store.findBucket('orders-euw1')?.id ?? 0, clock.now())
    await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', accountId: stranger })
    t.ok(landing().bucket)
  })

  t.test('refuses unknown aliases, and an MRAP that is not READY; serves while DELETING', async t => {
    const { store, clock } = await mrapWorld(t)
    const resolve = (asked = alias) => resolveMrap(store, asked, 'us-west-2', clock.now(), allUp)
    t.match(
      refusalOf(() => resolve('unknown.mrap')),
      { code: 'NoSuchMultiRegionAccessPoint', status: 404, hint: /no Multi-Region/ },
    )
    t.match(refusalOf(resolve), { code: 'NoSuchMultiRegionAccessPoint', hint: /CREATING/ })
    clock.advance(10_000)
    const now = clock.now()
    await store.submitDeleteMrap(
      {
        token: 'delete',
        accountId: owner,
        clientToken: 'two',
        operation: 'DeleteMultiRegionAccessPoint',
        parameters: '{}',
        submittedAt: now,
        startsAt: now,
        dueAt: now + 5000,
        failure: undefined,
        regions: ['us-west-2'],
      },
      { mrapId: mrapId(store, now), deletingAt: now, goneAt: now + 5000 },
    )
    t.equal(resolve().region, 'us-west-2')
    clock.advance(5000)
    t.match(refusalOf(resolve), { code: 'NoSuchMultiRegionAccessPoint', hint: /not reused/ })
  })

  t.test('nothing serves when every Region is passive', async t => {
    const { store, clock } = await mrapWorld(t)
    clock.advance(10_000)
    const now = clock.now()
    const passive = { trafficDialPercentage: 0, submittedAt: now, effectiveAt: now }
    await store.insertRouteSettings(mrapId(store, now), [
      { region: 'us-west-2', ...passive },
      { region: 'eu-west-1', ...passive },
    ])
    t.match(
      refusalOf(() => resolveMrap(store, alias, 'us-west-2', clock.now(), allUp)),
      { code: 'ServiceUnavailable', status: 503 },
    )
  })
})
