import { test } from 'tap'
import {
  type Ask,
  account,
  alias,
  bucket,
  keys,
  mrapArn,
  mrapHost,
  rootOf,
  startApp,
  type TestApp,
} from '../helpers/app.ts'
import { control, policyBody, tokenOf } from '../helpers/control.ts'
import { presignV4 } from '../helpers/sign.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const other = '111122223333'
const stranger = rootOf(other)
const west = { region: 'us-west-2' } as const
const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} }

const statement = (effect: 'Allow' | 'Deny', rest: object) => ({
  Effect: effect,
  Principal: { AWS: `arn:aws:iam::${other}:root` },
  ...rest,
})
const policyOf = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const ofBucket = { Resource: ['arn:aws:s3:::b-usw2', 'arn:aws:s3:::b-usw2/*'] }
const ofMrap = { Resource: [mrapArn, `${mrapArn}/object/*`] }

function worldWith(policy?: string, mrapPolicy?: string, rest = {}) {
  const objects = [{ key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} }]
  return {
    buckets: [bucket('b-usw2', 'us-west-2', { objects, ...(policy === undefined ? {} : { policy }), ...rest })],
    multiRegionAccessPoints: [
      {
        name: 'one',
        alias,
        buckets: [{ name: 'b-usw2' }],
        routes: {},
        ...(mrapPolicy === undefined ? {} : { policy: mrapPolicy }),
      },
    ],
  }
}

test('Requester Pays', async t => {
  const open = policyOf(statement('Allow', { Action: 's3:*', ...ofBucket }))
  const openMrap = policyOf(statement('Allow', { Action: 's3:*', ...ofMrap }))
  const app = await startApp(t, { world: worldWith(open, openMrap, { requestPayer: 'Requester' }) })
  const pays = { 'x-amz-request-payer': 'requester' }
  const ways: [string, string, Ask][] = [
    ['directly', '/b-usw2/k', west],
    ['through the MRAP', '/k', { host: mrapHost, sign: 'v4a' }],
  ]
  for (const [name, path, ask] of ways) {
    const get = (headers: Record<string, string>, as = stranger) => app.ask(`GET ${path}`, { ...ask, headers, as })
    isRefusal(t, await get({}), denied, `${name}, without the header`)
    isRefusal(t, await get({ 'x-amz-request-payer': 'owner' }), denied, `${name}, another payer`)
    const paid = await get(pays)
    t.strictSame([paid.status, paid.text, paid.header('x-amz-request-charged')], [200, 'hello', 'requester'], name)
    const owner = await get({}, keys)
    t.strictSame([owner.status, owner.header('x-amz-request-charged')], [200, undefined], `${name}, the owner`)
    const put = await app.ask(`PUT ${path}-new`, { ...ask, as: stranger, headers: pays, body: 'x' })
    t.strictSame([put.status, put.header('x-amz-request-charged')], [200, 'requester'], `${name}, PUT`)
    isRefusal(t, await app.ask(`PUT ${path}-unpaid`, { ...ask, as: stranger, body: 'x' }), denied, `${name}, PUT`)
    t.equal((await app.ask(`HEAD ${path}-unpaid`, ask)).status, 404, 'nothing was stored')
  }
  const host = 's3.us-west-2.amazonaws.com'
  const scope = { keys: stranger, region: 'us-west-2', now: app.clock.now() }
  const url = presignV4({ method: 'GET', target: '/b-usw2/k?x-amz-request-payer=requester', host, headers: {} }, scope)
  const presigned = await app.ask(`GET ${url}`, { host, sign: 'none' })
  t.strictSame([presigned.status, presigned.header('x-amz-request-charged')], [200, 'requester'], 'presigned')
})

test('another account: what bucket policy and MRAP policy say together', async t => {
  const allow = (resources: object) => statement('Allow', { Action: 's3:GetObject', ...resources })
  const deny = (resources: object) => statement('Deny', { Action: 's3:Get*', ...resources })
  const byAccount = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:*',
    ...ofBucket,
    Condition: { StringEquals: { 's3:DataAccessPointAccount': account } },
  }
  const byArn = { ...byAccount, Condition: { StringEquals: { 's3:DataAccessPointArn': mrapArn } } }
  const byOther = { ...byAccount, Condition: { StringEquals: { 's3:DataAccessPointAccount': other } } }
  const byVpc = { ...byAccount, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }
  const rows: [
    name: string,
    bucketPolicy: string | undefined,
    mrapPolicy: string | undefined,
    direct: number,
    through: number,
  ][] = [
    ['nothing', undefined, undefined, 403, 403],
    ['the bucket alone', policyOf(allow(ofBucket)), undefined, 200, 403],
    ['the MRAP alone', undefined, policyOf(allow(ofMrap)), 403, 403],
    ['both', policyOf(allow(ofBucket)), policyOf(allow(ofMrap)), 200, 200],
    ['the bucket denies', policyOf(allow(ofBucket), deny(ofBucket)), policyOf(allow(ofMrap)), 403, 403],
    ['the MRAP denies', policyOf(allow(ofBucket)), policyOf(allow(ofMrap), deny(ofMrap)), 200, 403],
    ['delegation by account', policyOf(byAccount), policyOf(allow(ofMrap)), 403, 200],
    ['delegation by ARN', policyOf(byArn), policyOf(allow(ofMrap)), 403, 200],
    ['delegation, MRAP silent', policyOf(byArn), undefined, 403, 403],
    ['delegation to another account', policyOf(byOther), policyOf(allow(ofMrap)), 403, 403],
    ['a condition that is not evaluated', policyOf(byVpc), policyOf(allow(ofMrap)), 403, 403],
    [
      'another action',
      policyOf(statement('Allow', { Action: 's3:PutObject', ...ofBucket })),
      policyOf(allow(ofMrap)),
      403,
      403,
    ],
    [
      'another key',
      policyOf(statement('Allow', { Action: '*', Resource: 'arn:aws:s3:::b-usw2/other*' })),
      policyOf(allow(ofMrap)),
      403,
      403,
    ],
  ]
  for (const [name, bucketPolicy, mrapPolicy, direct, through] of rows) {
    await t.test(name, async t => {
      const app = await startApp(t, { world: worldWith(bucketPolicy, mrapPolicy) })
      const directly = await app.ask('GET /b-usw2/k', { ...west, as: stranger })
      const viaMrap = await app.ask('GET /k', { host: mrapHost, sign: 'v4a', as: stranger })
      t.equal(directly.status, direct, `directly: ${directly.text}`)
      t.equal(viaMrap.status, through, `through the MRAP: ${viaMrap.text}`)
      for (const answer of [directly, viaMrap]) if (answer.status === 403) isRefusal(t, answer, denied, name)
      // None of these policies names the owner but for the wildcards, which allow.
      t.equal((await app.ask('GET /b-usw2/k', west)).status, 200, 'the owner, directly')
      t.equal((await app.ask('GET /k', { host: mrapHost, sign: 'v4a' })).status, 200, 'the owner, through the MRAP')
    })
  }
})

test('a missing key shows as 403 to who may not list', async t => {
  const get = statement('Allow', { Action: 's3:GetObject', ...ofBucket })
  const list = statement('Allow', { Action: 's3:ListBucket', ...ofBucket })
  for (const [policy, status] of [
    [policyOf(get), 403],
    [policyOf(get, list), 404],
  ] as const) {
    await t.test(String(status), async t => {
      const app = await startApp(t, { world: worldWith(policy) })
      t.equal((await app.ask('GET /b-usw2/missing', { ...west, as: stranger })).status, status)
      t.equal((await app.ask('HEAD /b-usw2/missing', { ...west, as: stranger })).status, status)
      t.equal((await app.ask('GET /b-usw2/missing', west)).status, 404)
    })
  }
})

async function putBucketPolicy(app: TestApp, policy: string): Promise<number> {
  return (await app.ask('PUT /b-usw2?policy', { ...west, body: policy })).status
}

test('a Deny of the owner itself, and the way out', async t => {
  const app = await startApp(t, { world: worldWith() })
  const denyAll = { Effect: 'Deny', Principal: '*', Action: 's3:*', ...ofBucket }
  t.equal(await putBucketPolicy(app, policyOf(denyAll)), 204)
  isRefusal(t, await app.ask('GET /b-usw2/k', west), denied, 'the object')
  isRefusal(t, await app.ask('GET /k', { host: mrapHost, sign: 'v4a' }), denied, 'through the MRAP')
  t.equal((await app.ask('GET /b-usw2?policy', west)).text, policyOf(denyAll))
  isRefusal(t, await app.ask('DELETE /b-usw2?policy', { ...west, as: stranger }), denied, 'a stranger')
  t.equal((await app.ask('DELETE /b-usw2?policy', west)).status, 204)
  t.equal((await app.ask('GET /b-usw2/k', west)).text, 'hello')
})

test('a policy through the control plane lets another account in', async t => {
  const app = await startApp(t, { world: worldWith(policyOf(statement('Allow', { Action: 's3:*', ...ofBucket }))) })
  const allow = { Version: '2012-10-17', Statement: [statement('Allow', { Action: 's3:*', ...ofMrap })] }
  const ask = { host: mrapHost, sign: 'v4a', as: stranger } as const
  isRefusal(t, await app.ask('GET /k', ask), denied, 'before')
  tokenOf(await control(app, 'POST /async-requests/mrap/put-policy', { body: policyBody('one', allow, 'p') }))
  isRefusal(t, await app.ask('GET /k', ask), denied, 'proposed')
  app.clock.advance(1000)
  t.equal((await app.ask('GET /k', ask)).text, 'hello', 'established')
  t.equal(textOf((await app.ask('GET /?list-type=2', ask)).text, 'Key'), 'k')
})

test('x-amz-expected-bucket-owner', async t => {
  const app = await startApp(t, { world: worldWith() })
  const get = (owner: string) =>
    app.ask('GET /b-usw2/k', { ...west, headers: { 'x-amz-expected-bucket-owner': owner } })
  t.equal((await get(account)).status, 200)
  isRefusal(t, await get(other), denied, 'another account')
  isRefusal(
    t,
    await get('abcd'),
    {
      status: 400,
      code: 'InvalidBucketOwnerAWSAccountID',
      message: 'The value of the expected bucket owner parameter must be an AWS Account ID... [abcd]',
      fields: {},
    },
    'no account',
  )
  const put = await app.ask('PUT /b-usw2/new', {
    ...west,
    body: 'x',
    headers: { 'x-amz-expected-bucket-owner': other },
  })
  isRefusal(t, put, denied, 'PUT')
  t.equal((await app.ask('HEAD /b-usw2/new', west)).status, 404)
})
