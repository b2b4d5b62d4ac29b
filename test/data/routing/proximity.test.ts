import t from 'tap'
import { regionsByDistance } from '../../../src/data/routing/proximity.ts'
import { regions } from '../../../src/protocol/endpoint/regions.ts'

t.test('every Region has its place in the order, once', async t => {
  const order = regionsByDistance('us-east-1')
  t.strictSame([...order].sort(), regions.map(({ name }) => name).sort())
})

t.test('a Region is nearest to itself', async t => {
  for (const { name } of regions) t.equal(regionsByDistance(name)[0], name)
})

t.test('neighbours on the map', async t => {
  // Dublin - London, Frankfurt - Zurich, Tokyo - Osaka, California - Oregon, Sydney - Melbourne, Hong Kong - Taipei.
  for (const [from, next] of [
    ['eu-west-1', 'eu-west-2'],
    ['eu-central-1', 'eu-central-2'],
    ['ap-northeast-1', 'ap-northeast-3'],
    ['us-west-1', 'us-west-2'],
    ['us-east-1', 'us-east-2'],
    ['ap-southeast-2', 'ap-southeast-4'],
    ['ap-east-1', 'ap-east-2'],
  ] as const) {
    t.equal(regionsByDistance(from)[1], next, from)
  }
})

t.test('across the oceans', async t => {
  const isNearer = (from: string, near: string, far: string) => {
    const order = regionsByDistance(from)
    t.ok(order.indexOf(near) < order.indexOf(far), `${near} is nearer to ${from} than ${far}`)
  }
  isNearer('sa-east-1', 'us-east-1', 'us-west-2')
  isNearer('ap-southeast-1', 'ap-south-1', 'eu-central-1')
  // Over the date line: Tokyo is nearer to Oregon than to Virginia.
  isNearer('ap-northeast-1', 'us-west-2', 'us-east-1')
  isNearer('af-south-1', 'il-central-1', 'us-east-1')
})
