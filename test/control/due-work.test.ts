import t from 'tap'
import { controlDueWork } from '../../src/control/due-work.ts'
import createMrap from '../../src/control/operations/create-multi-region-access-point.ts'
import { call, controlWorld, prod } from './world.ts'

t.test('operations that end and routes that take effect', async t => {
  const world = await controlWorld(t)
  await world.bucket('orders-usw2', 'us-west-2')
  const now = world.clock.now()
  const [operations, routes] = controlDueWork(world.store)
  t.strictSame(operations?.nextDue(now), [])
  const Details = { Name: 'orders', Regions: [{ Bucket: 'orders-usw2' }] }
  await call(createMrap, { Request: { ClientToken: 'one', Details } }, world.context())
  const [operation] = operations?.nextDue(now) ?? []
  t.match(operation, { kind: 'operation', what: 'CreateMultiRegionAccessPoint orders' })
  t.ok((operation?.at ?? 0) > now)
  t.strictSame(operations?.nextDue(operation?.at ?? 0), [], 'only what is later')

  const mrap = world.store.findMrapByName(prod, 'orders', now)
  const setting = { trafficDialPercentage: 0, submittedAt: now }
  await world.store.insertRouteSettings(mrap?.id ?? 0, [
    { ...setting, region: 'us-west-2', effectiveAt: now + 5000 },
    { ...setting, region: 'eu-west-1', effectiveAt: now + 5000 },
    { ...setting, region: 'us-west-2', effectiveAt: now + 9000, trafficDialPercentage: 100 },
  ])
  t.strictSame(routes?.nextDue(now), [
    { at: now + 5000, kind: 'route', what: 'orders: us-west-2 0' },
    { at: now + 5000, kind: 'route', what: 'orders: eu-west-1 0' },
  ])
  t.match(routes?.nextDue(now + 5000), [{ at: now + 9000 }])
})
