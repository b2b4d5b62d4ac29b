import { test } from 'tap'
import { type Ask, account, alias, bucket, keys, mrapArn, mrapHost, rootOf, startApp } from '../helpers/app.ts'
import { sha256 } from '../helpers/sign.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const other = '111122223333'
const stranger = rootOf(other)
const west = { region: 'us-west-2' } as const
const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} }
const canonical = (accountId: string) => sha256(`mrap-local:${accountId}`)
const before2023 = { bucketDefaults: 'before-2023' } as const
const unsigned: Ask = { sign: 'none' }
const acl = (name: string) => ({ headers: { 'x-amz-acl': name } })
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const everybody = (Action: string | string[], Resource: string, more = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action,
  Resource,
  ...more,
})
const oneBucket = {
  buckets: [
    bucket('b-usw2', 'us-west-2', { objects: [{ key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} }] }),
  ],
  multiRegionAccessPoints: [{ name: 'one', alias, buckets: [{ name: 'b-usw2' }], routes: {} }],
}

test('anonymous requests go by list or policy, and never through an MRAP', async t => {
  const app = await startApp(t, { world: oneBucket, config: before2023 })
  isRefusal(t, await app.ask('GET /b-usw2/k', unsigned), denied, 'private')
  t.equal((await app.ask('PUT /b-usw2?acl', { ...west, ...acl('public-read-write') })).status, 200)
  t.equal((await app.ask('GET /b-usw2?list-type=2', unsigned)).status, 200)
  isRefusal(t, await app.ask('GET /b-usw2/k', unsigned), denied, 'the object is still private')
  t.equal((await app.ask('GET /b-usw2/missing', unsigned)).status, 404, 'who may list sees what is missing')
  t.equal((await app.ask('PUT /b-usw2/k?acl', { ...west, ...acl('public-read') })).status, 200)
  t.equal((await app.ask('GET /b-usw2/k', unsigned)).text, 'hello')
  isRefusal(t, await app.ask('GET /k', { ...unsigned, host: mrapHost }), denied, 'through the MRAP')
  isRefusal(t, await app.ask('GET /b-usw2?acl', unsigned), denied, 'the list itself')

  t.equal((await app.ask('PUT /b-usw2/anon', { ...unsigned, body: 'x' })).status, 200)
  const listed = await app.ask('GET /b-usw2', west)
  t.match(listed.text, '<Owner><ID>65a011a29cdf8ec533ec3d1ccaae921c</ID></Owner>', 'whom S3 shows for nobody')
  isRefusal(t, await app.ask('GET /b-usw2/anon', west), denied, 'the bucket owner was granted nothing')
  t.equal((await app.ask('DELETE /b-usw2/anon', west)).status, 204, 'but can delete')

  const policy = policyOf(everybody('s3:GetObject', 'arn:aws:s3:::b-usw2/*'))
  t.equal((await app.ask('PUT /b-usw2?acl', { ...west, ...acl('private') })).status, 200)
  t.equal((await app.ask('PUT /b-usw2/k?acl', { ...west, ...acl('private') })).status, 200)
  t.equal((await app.ask('PUT /b-usw2?policy', { ...west, body: policy })).status, 204)
  t.equal((await app.ask('GET /b-usw2/k', unsigned)).text, 'hello', 'by policy')
  t.match((await app.ask('GET /b-usw2?policyStatus', west)).text, '<IsPublic>true</IsPublic>')
  isRefusal(t, await app.ask('GET /b-usw2/missing', unsigned), denied, 'who may not list does not')
  app.checkCodes()
})

test('an upload of another account through an MRAP stays its own, unless it is handed over', async t => {
  const open = (resource: string) => ({ ...everybody('s3:PutObject', `${resource}*`), Principal: { AWS: other } })
  const world = {
    buckets: [
      bucket('b-usw2', 'us-west-2', {
        objectOwnership: 'BucketOwnerPreferred',
        policy: policyOf(open('arn:aws:s3:::b-usw2/')),
      }),
    ],
    multiRegionAccessPoints: [
      {
        name: 'one',
        alias,
        buckets: [{ name: 'b-usw2' }],
        routes: {},
        policy: policyOf(open(`${mrapArn}/object/`)),
      },
    ],
  }
  const app = await startApp(t, { world })
  const through = { host: mrapHost, sign: 'v4a', as: stranger } as const
  t.equal((await app.ask('PUT /mine', { ...through, body: 'x' })).status, 200)
  t.equal((await app.ask('PUT /yours', { ...through, ...acl('bucket-owner-full-control'), body: 'x' })).status, 200)
  isRefusal(t, await app.ask('GET /b-usw2/mine', west), denied, 'not handed over')
  isRefusal(t, await app.ask('GET /mine', { host: mrapHost, sign: 'v4a' }), denied, 'not through the MRAP either')
  t.equal((await app.ask('GET /b-usw2/mine', { ...west, as: stranger })).text, 'x', 'its owner reads it')
  t.equal((await app.ask('GET /b-usw2/yours', west)).text, 'x')
  isRefusal(t, await app.ask('GET /b-usw2/yours', { ...west, as: stranger }), denied, 'handed over')
  t.match((await app.ask('GET /b-usw2/yours?acl', west)).text, `<Owner><ID>${canonical(account)}</ID></Owner>`)
  app.checkCodes()
})

test('Block Public Access of an account, from the world file', async t => {
  const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
  const rootKeys = (id: string) => [{ accessKeyId: id, secretAccessKey: 'test' }]
  const accounts = [
    {
      id: account,
      credentials: [{ accessKeyId: 'test', secretAccessKey: 'test' }],
      users: [],
      roles: [],
      publicAccessBlock: block,
    },
    { id: other, credentials: rootKeys(other), users: [], roles: [] },
  ]
  const app = await startApp(t, { world: { ...oneBucket, accounts }, config: before2023 })
  isRefusal(t, await app.ask('PUT /b-usw2?acl', { ...west, ...acl('public-read') }), denied, 'PutBucketAcl')
  isRefusal(t, await app.ask('PUT /b-usw2/k?acl', { ...west, ...acl('authenticated-read') }), denied, 'PutObjectAcl')
  isRefusal(t, await app.ask('PUT /b-usw2/new', { ...west, ...acl('public-read'), body: '' }), denied, 'PutObject')
  const policy = policyOf(everybody('s3:GetObject', 'arn:aws:s3:::b-usw2/*'))
  isRefusal(t, await app.ask('PUT /b-usw2?policy', { ...west, body: policy }), denied, 'PutBucketPolicy')
  const named = policy.replace('"*"', `"${other}"`)
  t.equal((await app.ask('PUT /b-usw2?policy', { ...west, body: named })).status, 204)
  t.equal(
    (await app.ask('GET /b-usw2/k', { ...west, as: stranger })).text,
    'hello',
    'a named account is not the public',
  )
  t.equal((await app.ask('HEAD /b-usw2/new', west)).status, 404, 'nothing was left behind')

  const free = await app.ask('PUT /free', { as: stranger, ...acl('public-read') })
  t.equal(free.status, 200, 'another account blocks nothing')
  app.checkCodes()
})

test('conditions on what is sent', async t => {
  const app = await startApp(t, { world: oneBucket, config: before2023 })
  const objects = 'arn:aws:s3:::b-usw2/*'
  const on = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } })
  const as = { ...west, as: stranger }
  const put = (line: string, headers: Record<string, string> = {}, body = 'x') =>
    app.ask(`PUT /b-usw2${line}`, { ...as, headers, body })
  const allow = async (...statements: object[]) => {
    t.equal((await app.ask('PUT /b-usw2?policy', { ...west, body: policyOf(...statements) })).status, 204)
  }

  await allow(everybody('s3:PutObject', objects, on('StringEquals', 's3:RequestObjectTag/team', 'blue')))
  t.equal((await put('/tagged', { 'x-amz-tagging': 'team=blue' })).status, 200)
  isRefusal(t, await put('/tagged', { 'x-amz-tagging': 'team=red' }), denied, 'another tag')
  isRefusal(t, await put('/tagged'), denied, 'no tag')

  await allow(everybody('s3:PutObjectTagging', objects, on('StringEquals', 's3:RequestObjectTag/team', 'blue')))
  const tags = (value: string) =>
    `<Tagging><TagSet><Tag><Key>team</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
  t.equal((await put('/k?tagging', {}, tags('blue'))).status, 200)
  isRefusal(t, await put('/k?tagging', {}, tags('red')), denied, 'another tag in the document')
  isRefusal(t, await put('/missing?tagging', {}, tags('blue')), denied, 'a key that is not there')

  await allow(
    everybody(
      ['s3:GetObject', 's3:GetObjectTagging'],
      objects,
      on('StringEquals', 's3:ExistingObjectTag/team', 'blue'),
    ),
  )
  t.equal((await app.ask('GET /b-usw2/k', as)).text, 'hello')
  t.equal((await app.ask('GET /b-usw2/k?tagging', as)).status, 200)
  isRefusal(t, await app.ask('GET /b-usw2/tagged', { ...west, as: rootOf('333333333333') }), denied, 'of another owner')

  await allow(everybody('s3:PutObject', objects), {
    ...everybody('s3:PutObject', objects, on('StringLike', 's3:x-amz-acl', 'public*')),
    Effect: 'Deny',
  })
  t.equal((await put('/plain')).status, 200)
  const refused = await put('/plain', { 'x-amz-acl': 'public-read' })
  isRefusal(t, refused, denied, 'a public list')
  t.match(refused.header('x-mrap-hint'), /Statement 2 of the policy of bucket b-usw2 denies s3:PutObject/)

  await allow(everybody('s3:ListBucket', 'arn:aws:s3:::b-usw2', on('StringLike', 's3:prefix', 'public/*')))
  t.equal((await app.ask('GET /b-usw2?list-type=2&prefix=public%2Fa', as)).status, 200)
  isRefusal(t, await app.ask('GET /b-usw2?list-type=2', as), denied, 'no prefix')
  t.equal((await app.ask('HEAD /b-usw2/public/x', as)).status, 404)
  t.equal((await app.ask('HEAD /b-usw2/private/x', as)).status, 403)

  await allow(everybody('s3:PutObject', objects, on('StringLike', 's3:x-amz-copy-source', 'b-usw2/public/*')))
  await app.ask('PUT /b-usw2/public/a', { ...west, ...acl('public-read'), body: 'a' })
  await app.ask('PUT /b-usw2/private/a', { ...west, ...acl('public-read'), body: 'a' })
  t.equal((await put('/copy', { 'x-amz-copy-source': '/b-usw2/public/a' }, '')).status, 200)
  isRefusal(t, await put('/copy', { 'x-amz-copy-source': 'b-usw2/private/a' }, ''), denied, 'another source')
  app.checkCodes()
})

test('a bucket created again', async t => {
  const app = await startApp(t, { config: before2023 })
  t.equal((await app.ask('PUT /again', { as: keys })).status, 200)
  t.equal((await app.ask('PUT /again', { as: keys })).status, 200)
  const asked = await app.ask('PUT /again', { as: keys, ...acl('public-read') })
  t.equal(asked.status, 409)
  t.equal(textOf(asked.text, 'Code'), 'BucketAlreadyExists')
})
