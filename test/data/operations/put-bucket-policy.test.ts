import t from 'tap'
import putBucketPolicy from '../../../src/data/operations/put-bucket-policy.ts'
import { dataWorld, everythingBlocked, exchange, refusedExchange } from '../../helpers/data-context.ts'

const policyOf = (Resource: unknown, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '210987654321' }, Action: 's3:GetObject', Resource, ...more }],
  })

t.test('does the work', async t => {
  const world = await dataWorld(t)
  for (const policy of [
    policyOf('arn:aws:s3:::orders-usw2/*'),
    `  ${policyOf(['arn:aws:s3:::orders-usw2', 'arn:aws:s3:::orders-usw2/a/*'])}`.trim(),
    // Delegation to an access point, as the user guide shows it.
    policyOf(['arn:aws:s3:::orders-usw2', 'arn:aws:s3:::orders-usw2/*'], {
      Condition: { StringEquals: { 's3:DataAccessPointAccount': '111122223333' } },
    }),
  ]) {
    t.strictSame(await exchange(putBucketPolicy, world, '', { body: policy }), { status: 204, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.policy, policy)
  }
})

t.test('blanks do not count', async t => {
  const world = await dataWorld(t)
  const body = policyOf('arn:aws:s3:::orders-usw2/*').replace(':', `:${' '.repeat(30_000)}`)
  t.equal((await exchange(putBucketPolicy, world, '', { body })).status, 204)
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const json = "Policies must be valid JSON and the first byte must be '{'"
  const cases = [
    ['no JSON', 'hello', json],
    ['a list', '[]', json],
    ['half a document', '{"Statement":', 'This policy contains invalid Json'],
    ['no statement', '{}', 'Missing required field Statement'],
    ['another bucket', policyOf('arn:aws:s3:::orders-euw1/*'), 'Policy has invalid resource'],
    ['a bucket whose name begins alike', policyOf('arn:aws:s3:::orders-usw2-old/*'), 'Policy has invalid resource'],
    [
      'an access point, as one sample of the guide has it',
      policyOf('arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap/object/*'),
      'Policy has invalid resource',
    ],
    [
      'too long',
      policyOf(`arn:aws:s3:::orders-usw2/${'k'.repeat(20_480)}`),
      'Normalized policy document exceeds the maximum allowed size of 20480 bytes',
    ],
  ] as const
  for (const [name, body, message] of cases) {
    const refused = await refusedExchange(putBucketPolicy, world, '', { body })
    t.match(refused, { code: 'MalformedPolicy', status: 400, message }, name)
  }
  const principal = policyOf('arn:aws:s3:::orders-usw2/*').replace('210987654321', '123')
  t.match(await refusedExchange(putBucketPolicy, world, '', { body: principal }), {
    message: 'Invalid principal in policy',
    fields: { Detail: '"AWS" : "123"' },
  })
  const action = policyOf('arn:aws:s3:::orders-usw2')
  t.match(await refusedExchange(putBucketPolicy, world, '', { body: action }), {
    message: 'Action does not apply to any resource(s) in statement',
    hint: /^s3:GetObject does not apply/,
  })
  const body = policyOf('arn:aws:s3:::orders-euw1/*')
  t.match(await refusedExchange(putBucketPolicy, world, '', { body }), { hint: /arn:aws:s3:::orders-usw2\// })
  t.match(await refusedExchange(putBucketPolicy, world, '', { body: Buffer.from([0x7b, 0xff]) }), {
    code: 'MalformedPolicy',
  })
  t.match(await refusedExchange(putBucketPolicy, world, '', { body: '' }), { code: 'MalformedPolicy' })
  t.equal(world.store.findBucket('orders-usw2')?.policy, undefined)
})

t.test('refuses a public policy under Block Public Access, of the bucket or of its account', async t => {
  const everybody = policyOf('arn:aws:s3:::orders-usw2/*', { Principal: '*' })
  const denied = { code: 'AccessDenied', status: 403, hint: /BlockPublicPolicy/ }
  const blocked = await dataWorld(t, { publicAccessBlock: everythingBlocked })
  t.match(await refusedExchange(putBucketPolicy, blocked, '', { body: everybody }), denied)
  t.equal(blocked.store.findBucket('orders-usw2')?.policy, undefined)
  const world = await dataWorld(t)
  t.match(
    await refusedExchange(putBucketPolicy, world, '', { body: everybody, accountBlock: everythingBlocked }),
    denied,
  )
  const named = policyOf('arn:aws:s3:::orders-usw2/*')
  t.equal((await exchange(putBucketPolicy, blocked, '', { body: named })).status, 204)
})
