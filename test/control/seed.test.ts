import t from 'tap'
import createMrap from '../../src/control/operations/create-multi-region-access-point.ts'
import getMrap from '../../src/control/operations/get-multi-region-access-point.ts'
import { establishedPolicy } from '../../src/store/mrap-policy.ts'
import { effectiveRoutes } from '../../src/store/routes.ts'
import { seedMrap } from '../helpers/seed.ts'
import { call, controlWorld, denyAll, failureOf, partner, prod, tokenOf } from './world.ts'

const policy = denyAll(`arn:aws:s3::${prod}:accesspoint/mfzwi23gnjvgw.mrap`)

t.test('an MRAP of a world file is READY at once', async t => {
  const { store, clock, context } = await controlWorld(t)
  const now = clock.now()
  const publicAccessBlock = {
    blockPublicAcls: true,
    ignorePublicAcls: false,
    blockPublicPolicy: true,
    restrictPublicBuckets: false,
  }
  await seedMrap(
    store,
    {
      name: 'orders-global',
      accountId: prod,
      alias: 'mfzwi23gnjvgw.mrap',
      buckets: [
        { name: 'orders-usw2', accountId: prod, region: 'us-west-2' },
        { name: 'orders-euw1', accountId: partner, region: 'eu-west-1' },
      ],
      publicAccessBlock,
      routes: { 'eu-west-1': 0 },
      policy,
    },
    now,
  )
  t.match((await call(getMrap, { Name: 'orders-global' }, context())).AccessPoint, {
    Alias: 'mfzwi23gnjvgw.mrap',
    CreatedAt: now,
    Status: 'READY',
    PublicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    },
  })
  const mrap = store.findMrapByAlias('mfzwi23gnjvgw.mrap', now)
  const id = mrap?.id ?? 0
  t.strictSame([...effectiveRoutes(store.listRouteSettings(id), now)].sort(), [
    ['eu-west-1', 0],
    ['us-west-2', 100],
  ])
  t.equal(establishedPolicy(store.listMrapPolicies(id), now), policy)
  t.ok(store.isAliasTaken('mfzwi23gnjvgw.mrap'))
})

t.test('without alias and blocks it begins like a created one', async t => {
  const world = await controlWorld(t)
  const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
  await world.bucket('orders-usw2', 'us-west-2')
  await seedMrap(world.store, { name: 'orders', accountId: prod, buckets, routes: {} }, world.clock.now())
  const mrap = world.store.findMrapByName(prod, 'orders', world.clock.now())
  t.match(mrap?.alias, /^m[a-z0-9]{12}\.mrap$/)
  t.strictSame(Object.values(mrap?.publicAccessBlock ?? {}), [true, true, true, true])
  const Details = { Name: 'orders', Regions: [{ Bucket: 'orders-usw2' }] }
  const token = tokenOf(await call(createMrap, { Request: { ClientToken: 'one', Details } }, world.context()))
  t.equal(await failureOf(world, token), 'MultiRegionAccessPointAlreadyOwnedByYou')
})

t.test('a policy that the MRAP cannot have is no world', async t => {
  const world = await controlWorld(t)
  await world.bucket('orders-usw2', 'us-west-2')
  const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
  const seed = { name: 'orders', accountId: prod, alias: 'mfzwi23gnjvgw.mrap', buckets, routes: {} }
  await t.rejects(seedMrap(world.store, { ...seed, policy: denyAll('arn:aws:s3:::orders-usw2') }, world.clock.now()), {
    name: 'StartError',
    message: 'world: the policy of the Multi-Region Access Point orders: Policy has invalid resource',
    exitCode: 2,
  })
  t.equal(world.store.findMrapByName(prod, 'orders', world.clock.now()), undefined)
})
