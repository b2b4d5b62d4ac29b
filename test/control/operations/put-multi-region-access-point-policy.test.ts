import t from 'tap'
import createMrap from '../../../src/control/operations/create-multi-region-access-point.ts'
import deleteMrap from '../../../src/control/operations/delete-multi-region-access-point.ts'
import getMrap from '../../../src/control/operations/get-multi-region-access-point.ts'
import getPolicy from '../../../src/control/operations/get-multi-region-access-point-policy.ts'
import putPolicy from '../../../src/control/operations/put-multi-region-access-point-policy.ts'
import { exchange } from '../wire.ts'
import {
  type ControlWorld,
  call,
  controlWorld,
  createOrders,
  denyAll,
  failureOf,
  partner,
  prod,
  readyMrap,
  refusal,
  tokenOf,
} from '../world.ts'

const input = (Policy: string, ClientToken = 'one', Name = 'orders-global') => ({
  Request: { ClientToken, Details: { Name, Policy } },
})
const put = async (world: ControlWorld, policy: string, clientToken = 'one') =>
  tokenOf(await call(putPolicy, input(policy, clientToken), world.context()))
const policies = async (world: ControlWorld) =>
  (await call(getPolicy, { Name: 'orders-global' }, world.context())).Policy
const arnOf = async (world: ControlWorld) =>
  `arn:aws:s3::${prod}:accesspoint/${(await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Alias}`
const statement = (change: object) => JSON.stringify({ Version: '2012-10-17', Statement: [change] })

t.test('does the work', async t => {
  t.test('Proposed at once, Established when the operation is done', async t => {
    const world = await readyMrap(t)
    const first = `${denyAll(await arnOf(world))} \n`
    const token = await put(world, first)
    t.match(token, /^arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/put-policy\/[\w-]{90,92}$/)
    t.match(await policies(world), { Established: undefined, Proposed: { Policy: first } })
    t.equal(await failureOf(world, token), undefined)
    t.strictSame(await policies(world), { Established: { Policy: first }, Proposed: { Policy: first } }, 'kept as sent')

    const second = denyAll(await arnOf(world)).replace('GetObject', 'PutObject')
    const next = await put(world, second, 'two')
    t.strictSame(await policies(world), { Established: { Policy: first }, Proposed: { Policy: second } })
    t.equal(await failureOf(world, next), undefined)
    t.strictSame(
      await policies(world),
      { Established: { Policy: second }, Proposed: { Policy: second } },
      'replaced as a whole',
    )
  })

  t.test('the same ClientToken is the same request', async t => {
    const world = await readyMrap(t)
    const policy = denyAll(await arnOf(world))
    t.equal(await put(world, policy), await put(world, policy))
  })

  t.test('the access point and its objects may be named, in Resource and NotResource', async t => {
    const world = await readyMrap(t)
    const arn = await arnOf(world)
    const accepted = [
      { Effect: 'Allow', Principal: { AWS: partner }, Action: 's3:ListBucket', Resource: arn },
      {
        Effect: 'Allow',
        Principal: { AWS: partner },
        Action: 's3:*',
        Resource: [arn, `${arn}/object/*`, `${arn}/object/a/?.txt`],
      },
      { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', NotResource: `${arn}/object/public/*` },
    ]
    for (const [index, change] of accepted.entries()) {
      t.equal(
        await failureOf(world, await put(world, statement(change), `token-${index}`)),
        undefined,
        JSON.stringify(change),
      )
    }
  })
})

t.test('reads and writes the wire', async t => {
  const world = await readyMrap(t)
  const policy = denyAll(await arnOf(world))
  // boto leaves the quotes of the document as they are, the JavaScript SDK writes &quot;.
  const request = (text: string, token: string) => `
    <PutMultiRegionAccessPointPolicyRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
      <ClientToken>${token}</ClientToken><Details><Name>orders-global</Name><Policy>${text}</Policy></Details>
    </PutMultiRegionAccessPointPolicyRequest>`
  t.match(
    await exchange(putPolicy, { body: request(policy, 'one') }, world.context()),
    /^<PutMultiRegionAccessPointPolicyResult xmlns="http:\/\/awss3control\.amazonaws\.com\/doc\/2018-08-20\/"><RequestTokenARN>arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/put-policy\/[\w-]+<\/RequestTokenARN><\/PutMultiRegionAccessPointPolicyResult>$/,
  )
  t.equal((await policies(world))?.Proposed?.Policy, policy)
  world.clock.advance(60_000)
  await exchange(
    putPolicy,
    { body: request(policy.replaceAll('"', '&quot;').replace('Get', 'Put'), 'two') },
    world.context(),
  )
  t.equal((await policies(world))?.Proposed?.Policy, policy.replace('Get', 'Put'))
})

t.test('refuses', async t => {
  const world = await readyMrap(t)
  const policy = denyAll(await arnOf(world))
  t.match(await refusal(putPolicy, input(policy, 'one', 'unknown'), world.context()), {
    code: 'NoSuchMultiRegionAccessPoint',
    status: 404,
    fields: { Name: 'unknown' },
  })
  t.match(await refusal(putPolicy, input(policy, 'one', 'Bad Name'), world.context()), {
    code: 'InvalidRequest',
    status: 400,
  })
  await put(world, policy)
  const other = input(policy.replace('Get', 'Put'))
  t.match(await refusal(putPolicy, other, world.context()), { code: 'ClientTokenConflict', status: 409 })
  const body =
    '<PutMultiRegionAccessPointPolicyRequest><ClientToken>x</ClientToken><Details><Name>orders-global</Name></Details></PutMultiRegionAccessPointPolicyRequest>'
  await t.rejects(exchange(putPolicy, { body }, world.context()), { code: 'MalformedXML', status: 400 })
})

t.test('fails in the background', async t => {
  const world = await readyMrap(t)
  const arn = await arnOf(world)
  const allow = { Effect: 'Allow', Principal: { AWS: partner }, Action: 's3:GetObject' }
  const failures: [string, string, string][] = [
    ['no JSON', 'allow everything', 'MalformedPolicy'],
    ['a list', '[]', 'MalformedPolicy'],
    ['no statement', '{"Version":"2012-10-17"}', 'MalformedPolicy'],
    ['an unknown effect', statement({ ...allow, Effect: 'Maybe', Resource: arn }), 'MalformedPolicy'],
    ['no principal', statement({ Effect: 'Allow', Action: 's3:GetObject', Resource: arn }), 'MalformedPolicy'],
    ['a bucket as resource', statement({ ...allow, Resource: 'arn:aws:s3:::orders-usw2/*' }), 'MalformedPolicy'],
    ['everything as resource', statement({ ...allow, Resource: '*' }), 'MalformedPolicy'],
    ['objects without /object/', statement({ ...allow, Resource: `${arn}/*` }), 'MalformedPolicy'],
    ['an alias that begins the same', statement({ ...allow, Resource: `${arn}x/object/*` }), 'MalformedPolicy'],
    [
      'another access point beside this one',
      statement({ ...allow, Resource: [arn, arn.replace('/m', '/n')] }),
      'MalformedPolicy',
    ],
    [
      'another access point in NotResource',
      statement({ ...allow, NotResource: arn.replace('/m', '/n') }),
      'MalformedPolicy',
    ],
    ['more than 20 KB', denyAll(arn) + ' '.repeat(20 * 1024), 'MalformedPolicy'],
    [
      'public, under BlockPublicPolicy',
      statement({ ...allow, Principal: '*', Resource: `${arn}/object/*` }),
      'AccessDenied',
    ],
    [
      'public in the other form',
      statement({ ...allow, Principal: { AWS: '*' }, Resource: `${arn}/object/*` }),
      'AccessDenied',
    ],
  ]
  for (const [name, policy, code] of failures) {
    t.equal(await failureOf(world, await put(world, policy, name)), code, name)
    t.match(await policies(world), { Established: undefined, Proposed: undefined }, `${name}: the old policy stays`)
  }

  t.test('public, under BlockPublicPolicy of the account', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    const open = { BlockPublicPolicy: false, RestrictPublicBuckets: false }
    const Details = { Name: 'orders-global', PublicAccessBlock: open, Regions: [{ Bucket: 'orders-usw2' }] }
    await call(createMrap, { Request: { ClientToken: 'create', Details } }, world.context())
    world.clock.advance(60_000)
    const policy = statement({ ...allow, Principal: '*', Resource: `${await arnOf(world)}/object/*` })
    const block = { blockPublicAcls: false, ignorePublicAcls: false, restrictPublicBuckets: false }
    await world.store.putAccountBlock(prod, { ...block, blockPublicPolicy: true })
    t.equal(await failureOf(world, await put(world, policy, 'blocked')), 'AccessDenied')
    await world.store.putAccountBlock(prod, { ...block, blockPublicPolicy: false })
    t.equal(await failureOf(world, await put(world, policy, 'open')), undefined)
  })

  t.test('while CREATING', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    await createOrders(world, 'orders-global', ['orders-usw2'])
    t.equal(await failureOf(world, await put(world, denyAll(await arnOf(world)))), 'MultiRegionAccessPointNotReady')
  })

  t.test('while another policy is on its way', async t => {
    const world = await readyMrap(t)
    const policy = denyAll(await arnOf(world))
    await put(world, policy, 'one')
    const second = await put(world, policy, 'two')
    t.equal(await failureOf(world, second), 'MultiRegionAccessPointModifiedByAnotherRequest')
  })

  t.test('while DELETING', async t => {
    const world = await readyMrap(t)
    const policy = denyAll(await arnOf(world))
    await call(deleteMrap, { Request: { ClientToken: 'd', Details: { Name: 'orders-global' } } }, world.context())
    t.equal(await failureOf(world, await put(world, policy)), 'MultiRegionAccessPointModifiedByAnotherRequest')
  })
})
