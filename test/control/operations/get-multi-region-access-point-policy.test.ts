import t from 'tap'
import getPolicy from '../../../src/control/operations/get-multi-region-access-point-policy.ts'
import putPolicy from '../../../src/control/operations/put-multi-region-access-point-policy.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { compact, exchange } from '../wire.ts'
import { type ControlWorld, call, controlWorld, denyAll, partner, prod, refusal } from '../world.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const policy = denyAll(`arn:aws:s3::${prod}:accesspoint/${alias}`)
const result = (content: string) =>
  compact(
    `<GetMultiRegionAccessPointPolicyResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${content}</GetMultiRegionAccessPointPolicyResult>`,
  )
const labels = { Name: 'orders-global' }

async function seeded(world: ControlWorld, withPolicy: boolean) {
  const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
  const mrap = {
    name: 'orders-global',
    accountId: prod,
    alias,
    buckets,
    routes: {},
    policy: withPolicy ? policy : undefined,
  }
  await seedMrap(world.store, mrap, world.clock.now())
}

t.test('does the work', async t => {
  const world = await controlWorld(t)
  await seeded(world, true)
  const both = { Established: { Policy: policy }, Proposed: { Policy: policy } }
  t.strictSame((await call(getPolicy, labels, world.context())).Policy, both, 'a seeded policy is established')
  const next = policy.replace('GetObject', 'PutObject')
  const Details = { Name: 'orders-global', Policy: next }
  await call(putPolicy, { Request: { ClientToken: 'one', Details } }, world.context())
  world.clock.advance(59_999)
  t.strictSame((await call(getPolicy, labels, world.context())).Policy, { ...both, Proposed: { Policy: next } })
  world.clock.advance(1)
  t.strictSame((await call(getPolicy, labels, world.context())).Policy?.Established, { Policy: next })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await seeded(world, false)
  t.equal(await exchange(getPolicy, { labels }, world.context()), result('<Policy/>'), 'no policy: an empty element')

  const policed = await controlWorld(t)
  await seeded(policed, true)
  const answer = await exchange(getPolicy, { labels }, policed.context())
  t.equal(
    answer.replaceAll('&quot;', '"'),
    result(`
      <Policy>
        <Established><Policy>${policy}</Policy></Established>
        <Proposed><Policy>${policy}</Policy></Proposed>
      </Policy>`),
  )
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  await seeded(world, true)
  t.match(await refusal(getPolicy, { Name: 'unknown' }, world.context()), {
    code: 'NoSuchMultiRegionAccessPoint',
    status: 404,
  })
  t.match(await refusal(getPolicy, labels, world.context(partner)), {
    code: 'NoSuchMultiRegionAccessPoint',
    status: 404,
  })
  t.match(await refusal(getPolicy, { Name: alias }, world.context()), { code: 'InvalidRequest', status: 400 })
})
