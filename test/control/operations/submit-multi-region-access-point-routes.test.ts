import t from 'tap'
import deleteMrap from '../../../src/control/operations/delete-multi-region-access-point.ts'
import getRoutes from '../../../src/control/operations/get-multi-region-access-point-routes.ts'
import submitRoutes from '../../../src/control/operations/submit-multi-region-access-point-routes.ts'
import { effectiveRoutes } from '../../../src/store/routes.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { exchange } from '../wire.ts'
import { type ControlWorld, call, controlWorld, createOrders, prod, refusal } from '../world.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const arn = `arn:aws:s3::${prod}:accesspoint/${alias}`
interface Update {
  readonly Bucket?: string
  readonly Region?: string
  readonly TrafficDialPercentage: number
}
const input = (RouteUpdates: Update[], Mrap = arn) => ({ Mrap, Request: { RouteUpdates } })

/** `orders-global` in us-west-2, eu-west-1 and ap-southeast-2, the last one passive. */
async function seeded(world: ControlWorld, regions = ['us-west-2', 'eu-west-1', 'ap-southeast-2']) {
  const buckets = regions.map(region => ({ name: `orders-${region}`, accountId: prod, region }))
  const routes = { 'ap-southeast-2': 0 } as const
  await seedMrap(world.store, { name: 'orders-global', accountId: prod, alias, buckets, routes }, world.clock.now())
}

async function dials(world: ControlWorld) {
  const { Routes } = await call(getRoutes, { Mrap: arn }, world.context())
  return Object.fromEntries(Routes?.map(({ Region, TrafficDialPercentage }) => [Region, TrafficDialPercentage]) ?? [])
}

function effective(world: ControlWorld) {
  const mrap = world.store.findMrapByAlias(alias, world.clock.now())
  return Object.fromEntries(effectiveRoutes(world.store.listRouteSettings(mrap?.id ?? 0), world.clock.now()))
}

t.test('does the work', async t => {
  t.test('configured at once, effective after the delay', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    const before = { 'us-west-2': 100, 'eu-west-1': 100, 'ap-southeast-2': 0 }
    t.strictSame(await dials(world), before)
    const updates = [
      { Region: 'us-west-2', TrafficDialPercentage: 0 },
      { Bucket: 'orders-ap-southeast-2', Region: 'ap-southeast-2', TrafficDialPercentage: 100 },
    ]
    t.strictSame(await call(submitRoutes, input(updates), world.context()), { Result: {} })
    const after = { 'us-west-2': 0, 'eu-west-1': 100, 'ap-southeast-2': 100 }
    t.strictSame(await dials(world), after, 'the Region that is not named keeps its state')
    world.clock.advance(19_999)
    t.strictSame(effective(world), before)
    world.clock.advance(1)
    t.strictSame(effective(world), after)
  })

  t.test('accepts', async t => {
    const accepted: [string, Update[], object][] = [
      ['a bucket', [{ Bucket: 'orders-us-west-2', TrafficDialPercentage: 0 }], { 'us-west-2': 0 }],
      ['a Region', [{ Region: 'us-west-2', TrafficDialPercentage: 0 }], { 'us-west-2': 0 }],
      ['what is so already', [{ Region: 'us-west-2', TrafficDialPercentage: 100 }], { 'us-west-2': 100 }],
      [
        'the same twice',
        [
          { Region: 'us-west-2', TrafficDialPercentage: 0 },
          { Bucket: 'orders-us-west-2', TrafficDialPercentage: 0 },
        ],
        { 'us-west-2': 0 },
      ],
      [
        'all of them at once',
        [
          { Region: 'us-west-2', TrafficDialPercentage: 0 },
          { Region: 'eu-west-1', TrafficDialPercentage: 0 },
          { Region: 'ap-southeast-2', TrafficDialPercentage: 100 },
        ],
        { 'us-west-2': 0, 'eu-west-1': 0, 'ap-southeast-2': 100 },
      ],
    ]
    for (const [name, updates, expected] of accepted) {
      const world = await controlWorld(t)
      await seeded(world)
      await call(submitRoutes, input(updates), world.context())
      t.match(await dials(world), expected, name)
    }
  })

  t.test('a no-op on a single Region', async t => {
    const world = await controlWorld(t)
    await seeded(world, ['us-west-2'])
    await call(submitRoutes, input([{ Region: 'us-west-2', TrafficDialPercentage: 100 }], alias), world.context())
    t.strictSame(await dials(world), { 'us-west-2': 100 })
  })

  t.test('with no delay the next request is routed by it', async t => {
    const world = await controlWorld(t, { routesDelayMs: () => 0 })
    await seeded(world)
    await call(submitRoutes, input([{ Region: 'us-west-2', TrafficDialPercentage: 0 }]), world.context())
    t.match(effective(world), { 'us-west-2': 0 })
  })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await seeded(world)
  const body = `<?xml version="1.0" encoding="UTF-8"?>
    <SubmitMultiRegionAccessPointRoutesRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
      <RouteUpdates>
        <Route><Bucket>orders-us-west-2</Bucket><Region>us-west-2</Region><TrafficDialPercentage>0</TrafficDialPercentage></Route>
        <Route><TrafficDialPercentage>100</TrafficDialPercentage><Region>eu-west-1</Region></Route>
      </RouteUpdates>
    </SubmitMultiRegionAccessPointRoutesRequest>`
  const answer = await exchange(submitRoutes, { labels: { Mrap: arn }, body }, world.context())
  t.equal(
    answer,
    '<SubmitMultiRegionAccessPointRoutesResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"/>',
  )
  t.strictSame(await dials(world), { 'us-west-2': 0, 'eu-west-1': 100, 'ap-southeast-2': 0 })
})

t.test('refuses, and changes nothing', async t => {
  const good = { Region: 'us-west-2', TrafficDialPercentage: 0 }
  const refusals: [string, Update[], RegExp][] = [
    ['no update', [], /at least one route/],
    ['a share', [good, { Region: 'eu-west-1', TrafficDialPercentage: 10 }], /0 or 100/],
    ['more than 100', [{ Region: 'eu-west-1', TrafficDialPercentage: 101 }], /0 or 100/],
    ['less than 0', [{ Region: 'eu-west-1', TrafficDialPercentage: -1 }], /0 or 100/],
    ['neither bucket nor Region', [good, { TrafficDialPercentage: 100 }], /must name/],
    [
      'a bucket of another Region',
      [{ Bucket: 'orders-us-west-2', Region: 'eu-west-1', TrafficDialPercentage: 0 }],
      /not in the Region/,
    ],
    ['an unknown bucket', [{ Bucket: 'orders', TrafficDialPercentage: 0 }], /not part/],
    [
      'an unknown bucket in a known Region',
      [{ Bucket: 'orders', Region: 'us-west-2', TrafficDialPercentage: 0 }],
      /not part/,
    ],
    ['a Region without bucket', [good, { Region: 'us-east-1', TrafficDialPercentage: 0 }], /not part/],
    ['contradictory updates', [good, { Bucket: 'orders-us-west-2', TrafficDialPercentage: 100 }], /twice/],
    ['all passive', [good, { Region: 'eu-west-1', TrafficDialPercentage: 0 }], /At least one/],
  ]
  for (const [name, updates, sentence] of refusals) {
    t.test(name, async t => {
      const world = await controlWorld(t)
      await seeded(world)
      const error = await refusal(submitRoutes, input(updates), world.context())
      t.match(error, { code: 'InvalidRequest', status: 400, message: sentence })
      t.strictSame(await dials(world), { 'us-west-2': 100, 'eu-west-1': 100, 'ap-southeast-2': 0 })
    })
  }

  t.test('the dial value 10 of the guide’s sample, with a hint', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    const error = await refusal(
      submitRoutes,
      input([{ Region: 'us-west-2', TrafficDialPercentage: 10 }]),
      world.context(),
    )
    t.match(error.hint, /We saw 10/)
  })

  t.test('the last active Region, when the others went before', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    await call(submitRoutes, input([good]), world.context())
    const last = input([{ Region: 'eu-west-1', TrafficDialPercentage: 0 }])
    t.match(await refusal(submitRoutes, last, world.context()), {
      code: 'InvalidRequest',
      hint: /Active now: eu-west-1/,
    })
  })

  t.test('failover with a single Region', async t => {
    const world = await controlWorld(t)
    await seeded(world, ['us-west-2'])
    t.match(await refusal(submitRoutes, input([good]), world.context()), { code: 'MethodNotAllowed', status: 405 })
    t.strictSame(await dials(world), { 'us-west-2': 100 })
  })

  t.test('an unknown access point, a name', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    const unknown = input([good], arn.replace('mfz', 'mxx'))
    t.match(await refusal(submitRoutes, unknown, world.context()), {
      code: 'NoSuchMultiRegionAccessPoint',
      status: 404,
    })
    t.match(await refusal(submitRoutes, input([good], 'orders-global'), world.context()), {
      code: 'InvalidRequest',
      status: 400,
    })
  })

  t.test('an access point that is not READY', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    await call(deleteMrap, { Request: { ClientToken: 'd', Details: { Name: 'orders-global' } } }, world.context())
    t.match(await refusal(submitRoutes, input([good]), world.context()), { code: 'InvalidRequest', hint: /DELETING/ })
    await world.bucket('fresh', 'us-west-2')
    await createOrders(world, 'fresh', ['fresh'])
    const fresh = world.store.findMrapByName(prod, 'fresh', world.clock.now())
    const early = input([{ Region: 'us-west-2', TrafficDialPercentage: 100 }], fresh?.alias)
    t.match(await refusal(submitRoutes, early, world.context()), { code: 'InvalidRequest', hint: /CREATING/ })
  })

  t.test('the second of two concurrent updates', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    const first = call(submitRoutes, input([good]), world.context())
    const other = input([{ Region: 'eu-west-1', TrafficDialPercentage: 0 }])
    t.match(await refusal(submitRoutes, other, world.context()), { code: 'OperationAborted', status: 409 })
    await first
    t.strictSame(await dials(world), { 'us-west-2': 0, 'eu-west-1': 100, 'ap-southeast-2': 0 })
    const next = input([{ Region: 'ap-southeast-2', TrafficDialPercentage: 100 }])
    t.strictSame(await call(submitRoutes, next, world.context()), { Result: {} }, 'afterwards the way is free')
  })

  t.test('a dial value that is no number', async t => {
    const world = await controlWorld(t)
    await seeded(world)
    const body =
      '<SubmitMultiRegionAccessPointRoutesRequest><RouteUpdates><Route><Region>us-west-2</Region><TrafficDialPercentage>many</TrafficDialPercentage></Route></RouteUpdates></SubmitMultiRegionAccessPointRoutesRequest>'
    await t.rejects(exchange(submitRoutes, { labels: { Mrap: arn }, body }, world.context()), { code: 'MalformedXML' })
  })
})
