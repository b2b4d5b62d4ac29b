import t from 'tap'
import create from '../../../src/control/operations/create-multi-region-access-point.ts'
import getMrap from '../../../src/control/operations/get-multi-region-access-point.ts'
import getRoutes from '../../../src/control/operations/get-multi-region-access-point-routes.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { compact, exchange } from '../wire.ts'
import {
  call,
  controlWorld,
  createOrders,
  describe,
  failureOf,
  partner,
  prod,
  readyMrap,
  refusal,
  tokenOf,
} from '../world.ts'

t.test('does the work', async t => {
  t.test('CREATING at once, READY when the operation is done', async t => {
    const world = await controlWorld(t)
    const { clock, context } = world
    await world.bucket('orders-usw2', 'us-west-2')
    await world.bucket('orders-euw1', 'eu-west-1', partner)
    const received = clock.now()
    const token = tokenOf(
      await call(
        create,
        {
          Request: {
            ClientToken: 'one',
            Details: {
              Name: 'orders-global',
              Regions: [{ Bucket: 'orders-usw2' }, { Bucket: 'orders-euw1', BucketAccountId: partner }],
            },
          },
        },
        context(),
      ),
    )
    t.match(token, /^arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/create\/[A-Za-z0-9_-]{90,92}$/)

    const { AccessPoint: creating } = await call(getMrap, { Name: 'orders-global' }, context())
    t.equal(creating?.Status, 'CREATING')
    t.match(creating?.Alias, /^m[a-z0-9]{12}\.mrap$/)

    clock.advance(60_000)
    t.strictSame((await call(getMrap, { Name: 'orders-global' }, context())).AccessPoint, {
      Name: 'orders-global',
      Alias: creating?.Alias,
      CreatedAt: received,
      PublicAccessBlock: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
      Status: 'READY',
      Regions: [
        { Bucket: 'orders-usw2', Region: 'us-west-2', BucketAccountId: prod },
        { Bucket: 'orders-euw1', Region: 'eu-west-1', BucketAccountId: partner },
      ],
    })
    const { Routes } = await call(getRoutes, { Mrap: `arn:aws:s3::${prod}:accesspoint/${creating?.Alias}` }, context())
    t.strictSame(
      Routes?.map(route => route.TrafficDialPercentage),
      [100, 100],
      'every Region begins active',
    )
  })

  t.test('what is missing in a PublicAccessBlock is false', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    const Details = {
      Name: 'orders',
      PublicAccessBlock: { BlockPublicPolicy: true },
      Regions: [{ Bucket: 'orders-usw2' }],
    }
    const token = tokenOf(await call(create, { Request: { ClientToken: 'one', Details } }, world.context()))
    const expected = {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    }
    t.strictSame((await call(getMrap, { Name: 'orders' }, world.context())).AccessPoint?.PublicAccessBlock, expected)
    const { RequestParameters } = await describe(world, token)
    t.strictSame(RequestParameters?.CreateMultiRegionAccessPointRequest?.PublicAccessBlock, expected)
  })

  t.test('the same ClientToken with the same content is the same request', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    const first = await createOrders(world, 'orders', ['orders-usw2'], 'one')
    world.clock.advance(3_600_000)
    t.equal(await createOrders(world, 'orders', ['orders-usw2'], 'one'), first)
    t.equal((await describe(world, first)).RequestStatus, 'SUCCEEDED', 'no second job, which would fail')
  })

  t.test('a bucket may belong to several MRAPs', async t => {
    const world = await readyMrap(t)
    t.equal(await failureOf(world, await createOrders(world, 'orders-two', ['orders-usw2'])), undefined)
  })

  t.test('another account may use the same name', async t => {
    const world = await readyMrap(t)
    await world.bucket('theirs', 'us-west-2', partner)
    const Details = { Name: 'orders-global', Regions: [{ Bucket: 'theirs' }] }
    await call(create, { Request: { ClientToken: 'one', Details } }, world.context(partner))
    const { AccessPoint } = await call(getMrap, { Name: 'orders-global' }, world.context(partner))
    t.equal(AccessPoint?.Regions?.[0]?.BucketAccountId, partner)
  })

  t.test('with no delay it is READY at the next read', async t => {
    const world = await controlWorld(t, { operationDelayMs: () => 0 })
    await world.bucket('orders-usw2', 'us-west-2')
    const token = await createOrders(world, 'orders', ['orders-usw2'])
    t.equal((await call(getMrap, { Name: 'orders' }, world.context())).AccessPoint?.Status, 'READY')
    t.equal((await describe(world, token)).RequestStatus, 'SUCCEEDED')
  })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await world.bucket('orders-usw2', 'us-west-2')
  await world.bucket('orders-euw1', 'eu-west-1', partner)
  // Order of elements as boto sends it with a given token; then as the JavaScript SDK does.
  const documented = `
    <CreateMultiRegionAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
      <ClientToken>8f0c1d1e-6f0b-4c50-9b1c-6a6f4d8f2a10</ClientToken>
      <Details>
        <Name>orders-global</Name>
        <PublicAccessBlock><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlock>
        <Regions>
          <Region><Bucket>orders-usw2</Bucket></Region>
          <Region><Bucket>orders-euw1</Bucket><BucketAccountId>210987654321</BucketAccountId></Region>
        </Regions>
      </Details>
    </CreateMultiRegionAccessPointRequest>`
  const answer = await exchange(create, { body: documented }, world.context())
  t.match(
    answer,
    /^<CreateMultiRegionAccessPointResult xmlns="http:\/\/awss3control\.amazonaws\.com\/doc\/2018-08-20\/"><RequestTokenARN>arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/create\/[\w-]{90,92}<\/RequestTokenARN><\/CreateMultiRegionAccessPointResult>$/,
  )
  const { AccessPoint } = await call(getMrap, { Name: 'orders-global' }, world.context())
  t.strictSame(AccessPoint?.PublicAccessBlock, {
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  })
  const reordered = `<?xml version="1.0" encoding="UTF-8"?>${compact(documented).replace(/(<ClientToken>.*<\/ClientToken>)(<Details>.*<\/Details>)/, '$2$1')}`
  t.equal(
    await exchange(create, { body: reordered }, world.context()),
    answer,
    'elements are read by name, not by position',
  )
})

t.test('refuses', async t => {
  const details = (change: object) => ({ Name: 'orders', Regions: [{ Bucket: 'orders-usw2' }], ...change })
  const refusals: [string, ReturnType<typeof details>, string][] = [
    ['a name of two characters', details({ Name: 'ab' }), 'InvalidRequest'],
    ['a name of 51 characters', details({ Name: 'a'.repeat(51) }), 'InvalidRequest'],
    ['a name with upper case', details({ Name: 'Orders' }), 'InvalidRequest'],
    ['a name with an underscore', details({ Name: 'my_orders' }), 'InvalidRequest'],
    ['a name that ends in a hyphen', details({ Name: 'orders-' }), 'InvalidRequest'],
    ['a name with a line end', details({ Name: 'orders\n' }), 'InvalidRequest'],
    ['an alias as name', details({ Name: 'mfzwi23gnjvgw.mrap' }), 'InvalidRequest'],
    ['a bucket name of two characters', details({ Regions: [{ Bucket: 'ab' }] }), 'InvalidRequest'],
    ['an account that is none', details({ Regions: [{ Bucket: 'orders', BucketAccountId: '1' }] }), 'InvalidRequest'],
    [
      'eighteen Regions',
      details({ Regions: Array.from({ length: 18 }, (_, i) => ({ Bucket: `bucket-${i}` })) }),
      'TooManyMultiRegionAccessPointregionsError',
    ],
  ]
  for (const [name, Details, code] of refusals) {
    t.test(name, async t => {
      const world = await controlWorld(t)
      const error = await refusal(create, { Request: { ClientToken: 'one', Details } }, world.context())
      t.match(error, { code, status: 400 })
      t.ok(world.store.isEmpty())
    })
  }

  t.test('the ClientToken of another request', async t => {
    const world = await readyMrap(t)
    const Details = { Name: 'orders-two', Regions: [{ Bucket: 'orders-usw2' }] }
    const error = await refusal(create, { Request: { ClientToken: 'create-orders-global', Details } }, world.context())
    t.match(error, { code: 'ClientTokenConflict', status: 409 })
  })

  t.test('the 101st of an account', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
    for (let i = 0; i < 99; i++) {
      await seedMrap(world.store, { name: `orders-${i}`, accountId: prod, buckets, routes: {} }, world.clock.now())
    }
    t.ok(await createOrders(world, 'orders-one-hundred', ['orders-usw2']))
    const Details = { Name: 'orders-too-many', Regions: [{ Bucket: 'orders-usw2' }] }
    const error = await refusal(create, { Request: { ClientToken: 'one', Details } }, world.context())
    t.match(error, { code: 'TooManyMultiRegionAccessPoints', status: 400 })
  })

  const malformed: [string, string][] = [
    [
      'no ClientToken',
      '<Details><Name>orders</Name><Regions><Region><Bucket>orders-usw2</Bucket></Region></Regions></Details>',
    ],
    [
      'a blank ClientToken',
      '<ClientToken> </ClientToken><Details><Name>orders</Name><Regions><Region><Bucket>abc</Bucket></Region></Regions></Details>',
    ],
    ['no Details', '<ClientToken>one</ClientToken>'],
    [
      'no Name',
      '<ClientToken>one</ClientToken><Details><Regions><Region><Bucket>orders-usw2</Bucket></Region></Regions></Details>',
    ],
    ['no Regions', '<ClientToken>one</ClientToken><Details><Name>orders</Name></Details>'],
    ['empty Regions', '<ClientToken>one</ClientToken><Details><Name>orders</Name><Regions/></Details>'],
    ['no Bucket', '<ClientToken>one</ClientToken><Details><Name>orders</Name><Regions><Region/></Regions></Details>'],
  ]
  for (const [name, content] of malformed) {
    t.test(name, async t => {
      const world = await controlWorld(t)
      const body = `<CreateMultiRegionAccessPointRequest>${content}</CreateMultiRegionAccessPointRequest>`
      await t.rejects(exchange(create, { body }, world.context()), { code: 'MalformedXML', status: 400 })
      t.ok(world.store.isEmpty())
    })
  }
})

t.test('fails in the background', async t => {
  const failures: [string, string[], string][] = [
    ['a missing bucket', ['orders-usw2', 'nowhere'], 'NoSuchBucket'],
    ["another account's bucket without its account", ['theirs'], 'NoSuchBucket'],
    ['two buckets of one Region', ['orders-usw2', 'more-usw2'], 'MultiRegionAccessPointSameBucketRegion'],
    ['the same bucket twice', ['orders-usw2', 'orders-usw2'], 'MultiRegionAccessPointSameBucketRegion'],
    ['a Region without MRAPs', ['mexico'], 'MultiRegionAccessPointUnsupportedRegion'],
  ]
  for (const [name, buckets, code] of failures) {
    t.test(name, async t => {
      const world = await controlWorld(t)
      await world.bucket('orders-usw2', 'us-west-2')
      await world.bucket('more-usw2', 'us-west-2')
      await world.bucket('theirs', 'eu-west-1', partner)
      await world.bucket('mexico', 'mx-central-1')
      const token = await createOrders(world, 'orders', buckets)
      t.equal((await describe(world, token)).ResponseDetails, undefined, 'the outcome is not shown before its time')
      t.equal(await failureOf(world, token), code)
      t.match(await refusal(getMrap, { Name: 'orders' }, world.context()), { code: 'NoSuchMultiRegionAccessPoint' })
    })
  }

  t.test('a name in use, whatever the state of its owner', async t => {
    const world = await readyMrap(t)
    const token = await createOrders(world, 'orders-global', ['orders-usw2'], 'another')
    t.equal((await describe(world, token)).RequestStatus, 'NEW', 'a token is given all the same')
    t.equal(await failureOf(world, token), 'MultiRegionAccessPointAlreadyOwnedByYou')
    t.equal((await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Regions?.length, 2)
  })
})
