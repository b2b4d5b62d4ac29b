import t from 'tap'
import getRoutes from '../../../src/control/operations/get-multi-region-access-point-routes.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { compact, exchange } from '../wire.ts'
import { type ControlWorld, call, controlWorld, partner, prod, refusal } from '../world.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const arn = `arn:aws:s3::${prod}:accesspoint/${alias}`

async function seeded(world: ControlWorld) {
  const buckets = [
    { name: 'orders-usw2', accountId: prod, region: 'us-west-2' },
    { name: 'orders-euw1', accountId: prod, region: 'eu-west-1' },
  ]
  await seedMrap(
    world.store,
    { name: 'orders-global', accountId: prod, alias, buckets, routes: { 'eu-west-1': 0 } },
    world.clock.now(),
  )
}

t.test('does the work', async t => {
  const world = await controlWorld(t)
  await seeded(world)
  const expected = {
    Mrap: arn,
    Routes: [
      { Bucket: 'orders-usw2', Region: 'us-west-2', TrafficDialPercentage: 100 },
      { Bucket: 'orders-euw1', Region: 'eu-west-1', TrafficDialPercentage: 0 },
    ],
  }
  t.strictSame(await call(getRoutes, { Mrap: arn }, world.context()), expected)
  t.strictSame(await call(getRoutes, { Mrap: alias }, world.context()), expected, 'the bare alias')
  t.strictSame(
    await call(getRoutes, { Mrap: arn.replace('/', ':') }, world.context()),
    expected,
    'the ARN with a colon',
  )
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await seeded(world)
  t.equal(
    await exchange(getRoutes, { labels: { Mrap: arn } }, world.context()),
    compact(`
      <GetMultiRegionAccessPointRoutesResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
        <Mrap>arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap</Mrap>
        <Routes>
          <Route><Bucket>orders-usw2</Bucket><Region>us-west-2</Region><TrafficDialPercentage>100</TrafficDialPercentage></Route>
          <Route><Bucket>orders-euw1</Bucket><Region>eu-west-1</Region><TrafficDialPercentage>0</TrafficDialPercentage></Route>
        </Routes>
      </GetMultiRegionAccessPointRoutesResult>`),
  )
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  await seeded(world)
  const refusals: [string, string, string, string, number][] = [
    ['the name', 'orders-global', prod, 'InvalidRequest', 400],
    ['a Region in the ARN', arn.replace('s3::', 's3:us-west-2:'), prod, 'InvalidRequest', 400],
    ['the ARN of a bucket', 'arn:aws:s3:::orders-usw2', prod, 'InvalidRequest', 400],
    ['the ARN of an object', `${arn}/object/a`, prod, 'InvalidRequest', 400],
    ['an alias without .mrap', `arn:aws:s3::${prod}:accesspoint/mfzwi23gnjvgw`, prod, 'InvalidRequest', 400],
    ['nothing', '', prod, 'InvalidRequest', 400],
    ['an unknown alias', arn.replace('mfz', 'mxx'), prod, 'NoSuchMultiRegionAccessPoint', 404],
    ['a caller of another account', arn, partner, 'NoSuchMultiRegionAccessPoint', 404],
    ['the right alias under another account', arn.replace(prod, partner), prod, 'NoSuchMultiRegionAccessPoint', 404],
  ]
  for (const [name, Mrap, account, code, status] of refusals) {
    t.match(await refusal(getRoutes, { Mrap }, world.context(account)), { code, status }, name)
  }
  t.match(
    await refusal(getRoutes, { Mrap: 'orders-global' }, world.context()),
    { hint: new RegExp(arn) },
    'the hint has the ARN',
  )
})
