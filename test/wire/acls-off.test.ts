import { test } from 'tap'
import { canonicalUserId } from '../../src/protocol/canonical-user.ts'
import { type Ask, account, bucket, rootOf, startApp, type TestApp } from '../helpers/app.ts'
import { isRefusal } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const other = '111122223333'
const open = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] }],
})
const notSupported = {
  status: 400,
  code: 'AccessControlListNotSupported',
  message: 'The bucket does not allow ACLs',
  fields: {},
} as const
const isPrivate = { 'x-amz-acl': 'private' }
const ownersAlone = { 'x-amz-grant-full-control': `id="${canonicalUserId(account)}"` }

async function start(t: Parameters<typeof startApp>[0]): Promise<TestApp> {
  const publicAccessBlock = {
    blockPublicAcls: false,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }
  const app = await startApp(t, { world: { buckets: [bucket('b', 'us-west-2', { policy: open, publicAccessBlock })] } })
  await app.ask('PUT /b/source', { ...west, body: 'x' })
  return app
}

/** Every operation that takes an ACL for what it writes. */
const writes: [line: string, ask: Ask][] = [
  ['PUT /b/k', { body: 'x' }],
  ['PUT /b/copy', { headers: { 'x-amz-copy-source': 'b/source' } }],
  ['POST /b/k?uploads', {}],
]

test('private is a no-op of the bucket owner where ACLs are off', async t => {
  const app = await start(t)
  for (const [line, ask] of writes) {
    for (const headers of [isPrivate, ownersAlone, { 'x-amz-acl': 'bucket-owner-full-control' }]) {
      const answer = await app.ask(line, { ...west, ...ask, headers: { ...ask.headers, ...headers } })
      t.equal(answer.status, 200, `${line} ${Object.keys(headers)} ${answer.text}`)
    }
    const stranger = await app.ask(line, {
      ...west,
      ...ask,
      headers: { ...ask.headers, ...isPrivate },
      as: rootOf(other),
    })
    isRefusal(t, stranger, notSupported, `${line} of another account`)
    for (const headers of [
      { 'x-amz-acl': 'public-read' },
      { 'x-amz-grant-read': ownersAlone['x-amz-grant-full-control'] },
    ]) {
      const answer = await app.ask(line, { ...west, ...ask, headers: { ...ask.headers, ...headers } })
      isRefusal(t, answer, notSupported, `${line} ${Object.entries(headers)}`)
    }
  }
})

test('calls of ?acl stay refused', async t => {
  const app = await start(t)
  for (const line of ['PUT /b?acl', 'PUT /b/source?acl']) {
    isRefusal(t, await app.ask(line, { ...west, headers: isPrivate }), notSupported, line)
  }
})

test('a new bucket takes private, and full control for its owner alone', async t => {
  const app = await start(t)
  t.equal((await app.ask('PUT /one', { headers: isPrivate })).status, 200)
  t.equal((await app.ask('PUT /two', { headers: ownersAlone })).status, 200)
  const others = { 'x-amz-grant-full-control': `id="${canonicalUserId(other)}"` }
  isRefusal(
    t,
    await app.ask('PUT /three', { headers: others }),
    { status: 400, code: 'InvalidBucketAclWithObjectOwnership' },
    'for another account',
  )
})
