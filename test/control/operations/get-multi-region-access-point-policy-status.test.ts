import t from 'tap'
import getStatus from '../../../src/control/operations/get-multi-region-access-point-policy-status.ts'
import putPolicy from '../../../src/control/operations/put-multi-region-access-point-policy.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { exchange } from '../wire.ts'
import { type ControlWorld, call, controlWorld, denyAll, partner, prod, refusal } from '../world.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const arn = `arn:aws:s3::${prod}:accesspoint/${alias}`
const open = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false }
const allow = (Principal: unknown, Condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `${arn}/object/*`, Condition }],
  })
const labels = { Name: 'orders-global' }

async function seeded(world: ControlWorld, policy: string | undefined) {
  const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
  const mrap = { name: 'orders-global', accountId: prod, alias, buckets, publicAccessBlock: open, routes: {}, policy }
  await seedMrap(world.store, mrap, world.clock.now())
}
const isPublic = async (world: ControlWorld) => (await call(getStatus, labels, world.context())).Established?.IsPublic

t.test('does the work', async t => {
  const cases: [string, string | undefined, boolean][] = [
    ['no policy', undefined, false],
    ['one account', allow({ AWS: partner }), false],
    ['everybody denied', denyAll(arn), false],
    ['everybody allowed', allow('*'), true],
    ['everybody among others', allow({ AWS: [partner, '*'] }), true],
    ['everybody of one organization', allow('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } }), false],
    ['everybody of any organization', allow('*', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }), true],
    ['everybody but one', allow('*', { StringNotEquals: { 'aws:SourceAccount': partner } }), true],
    ['everybody in a network', allow('*', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } }), false],
    ['everybody in half the world', allow('*', { IpAddress: { 'aws:SourceIp': '128.0.0.0/1' } }), true],
    ['everybody with a user agent', allow('*', { StringEquals: { 'aws:UserAgent': 'curl' } }), true],
  ]
  for (const [name, policy, expected] of cases) {
    t.test(name, async t => {
      const world = await controlWorld(t)
      await seeded(world, policy)
      t.equal(await isPublic(world), expected)
    })
  }

  t.test('only the established policy counts', async t => {
    const world = await controlWorld(t)
    await seeded(world, undefined)
    const Details = { Name: 'orders-global', Policy: allow('*') }
    await call(putPolicy, { Request: { ClientToken: 'one', Details } }, world.context())
    t.equal(await isPublic(world), false)
    world.clock.advance(60_000)
    t.equal(await isPublic(world), true)
  })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await seeded(world, undefined)
  t.equal(
    await exchange(getStatus, { labels }, world.context()),
    '<GetMultiRegionAccessPointPolicyStatusResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Established><IsPublic>false</IsPublic></Established></GetMultiRegionAccessPointPolicyStatusResult>',
  )
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  t.match(await refusal(getStatus, labels, world.context()), { code: 'NoSuchMultiRegionAccessPoint', status: 404 })
  t.match(await refusal(getStatus, { Name: alias }, world.context()), { code: 'InvalidRequest', status: 400 })
})
