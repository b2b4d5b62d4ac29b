import t from 'tap'
import getMrap from '../../../src/control/operations/get-multi-region-access-point.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { compact, exchange } from '../wire.ts'
import { call, controlWorld, createOrders, partner, prod, readyMrap, refusal } from '../world.ts'

t.test('does the work', async t => {
  const world = await controlWorld(t)
  await world.bucket('orders-usw2', 'us-west-2')
  await createOrders(world, 'orders', ['orders-usw2'])
  const status = async () => (await call(getMrap, { Name: 'orders' }, world.context())).AccessPoint?.Status
  t.equal(await status(), 'CREATING')
  world.clock.advance(59_999)
  t.equal(await status(), 'CREATING')
  world.clock.advance(1)
  t.equal(await status(), 'READY')
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  const mrap = {
    name: 'orders-global',
    accountId: prod,
    alias: 'mfzwi23gnjvgw.mrap',
    buckets: [
      { name: 'orders-usw2', accountId: prod, region: 'us-west-2' },
      { name: 'orders-euw1', accountId: partner, region: 'eu-west-1' },
    ],
    routes: {},
  }
  await seedMrap(world.store, mrap, Date.parse('2024-09-22T20:49:28.968Z'))
  t.equal(
    await exchange(getMrap, { labels: { Name: 'orders-global' } }, world.context()),
    compact(`
      <GetMultiRegionAccessPointResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
        <AccessPoint>
          <Name>orders-global</Name>
          <Alias>mfzwi23gnjvgw.mrap</Alias>
          <CreatedAt>2024-09-22T20:49:28.968Z</CreatedAt>
          <PublicAccessBlock>
            <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>
            <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>
          </PublicAccessBlock>
          <Status>READY</Status>
          <Regions>
            <Region><Bucket>orders-usw2</Bucket><Region>us-west-2</Region><BucketAccountId>111122223333</BucketAccountId></Region>
            <Region><Bucket>orders-euw1</Bucket><Region>eu-west-1</Region><BucketAccountId>210987654321</BucketAccountId></Region>
          </Regions>
        </AccessPoint>
      </GetMultiRegionAccessPointResult>`),
  )
})

t.test('refuses', async t => {
  const world = await readyMrap(t)
  const { AccessPoint } = await call(getMrap, { Name: 'orders-global' }, world.context())
  const unknown = await refusal(getMrap, { Name: 'orders' }, world.context())
  t.match(unknown, {
    code: 'NoSuchMultiRegionAccessPoint',
    status: 404,
    fields: { Name: 'orders' },
    hint: /orders-global/,
  })
  t.equal(unknown.message, 'The specified Multi-Region Access Point does not exist.')
  const theirs = await refusal(getMrap, { Name: 'orders-global' }, world.context(partner))
  t.match(theirs, { code: 'NoSuchMultiRegionAccessPoint', status: 404, hint: /has none/ })
  for (const Name of [AccessPoint?.Alias ?? '', 'orders-global/x', 'Orders', 'a']) {
    t.match(await refusal(getMrap, { Name }, world.context()), { code: 'InvalidRequest', status: 400 }, Name)
  }
})
