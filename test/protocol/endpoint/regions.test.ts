import t from 'tap'
import { findRegion, isRegion, regions } from '../../../src/protocol/endpoint/regions.ts'

// The lists of the user guide (mrap-spec 7.4).
const byDefault =
  'us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ' +
  'ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1'
const optIn =
  'af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 eu-central-2 eu-south-1 eu-south-2 ' +
  'il-central-1 me-south-1 me-central-1'
const failoverControl = 'us-east-1 us-west-2 ap-southeast-2 ap-northeast-1 eu-west-1'

const names = (list: string) => list.split(' ').sort()
const where = (test: (region: (typeof regions)[number]) => boolean) =>
  regions
    .filter(test)
    .map(({ name }) => name)
    .sort()

t.test('the table says what the guide says', async t => {
  t.strictSame(
    where(({ mrap }) => mrap === 'default'),
    names(byDefault),
  )
  t.strictSame(
    where(({ mrap }) => mrap === 'opt-in'),
    names(optIn),
  )
  t.strictSame(
    where(region => region.failoverControl === true),
    names(failoverControl),
  )
  t.equal(new Set(regions.map(({ name }) => name)).size, regions.length)
})

t.test('names', async t => {
  t.ok(isRegion('us-west-2'))
  t.ok(isRegion('ap-southeast-5'), 'a Region without MRAPs')
  for (const name of ['', 'aws-global', 'US-WEST-2', 'us-west-3', '*', '__proto__', 'us-gov-west-1', 'cn-north-1']) {
    t.notOk(isRegion(name), name)
  }
  t.equal(findRegion('ap-southeast-5')?.mrap, false)
  t.equal(findRegion('mars-1'), undefined)
})
