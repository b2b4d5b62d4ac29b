import { test } from 'tap'
import { type Ask, keys, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { exchange, requestBytes } from '../helpers/http.ts'
import { presignV4, presignV4a } from '../helpers/sign.ts'
import { isRefusal, type Refusal } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const host = 's3.us-west-2.amazonaws.com'
const none = { host, sign: 'none' } as const

test('presigned, with headers in the query', async t => {
  const app = await startApp(t, { world: twoRegions })
  const scope = { keys, region: 'us-west-2', now: app.clock.now() }
  const target = '/orders-usw2/k?x-amz-meta-a=1&x-amz-storage-class=STANDARD_IA&x-amz-tagging=a%3D1'
  const url = presignV4({ method: 'PUT', target, host, headers: {} }, scope)
  t.equal((await app.ask(`PUT ${url}`, { ...none, body: 'hello' })).status, 200)
  const got = await app.ask('GET /orders-usw2/k', west)
  t.strictSame(
    [got.text, got.header('x-amz-meta-a'), got.header('x-amz-storage-class'), got.header('x-amz-tagging-count')],
    ['hello', '1', 'STANDARD_IA', '1'],
  )
  const large = await app.ask(`PUT ${url}`, { ...none, body: Buffer.alloc(400_000, 'x') })
  t.equal(large.status, 200)
  t.equal((await app.ask('HEAD /orders-usw2/k', west)).header('content-length'), '400000')
  isRefusal(
    t,
    await app.ask(`PUT ${url}`, { ...none, body: 'x', headers: { 'x-amz-meta-b': '1' } }),
    { status: 403, code: 'AccessDenied', fields: { HeadersNotSigned: 'x-amz-meta-b' } },
    'a header that is not signed',
  )
  isRefusal(t, await app.ask(`GET ${url}`, none), { status: 403, code: 'SignatureDoesNotMatch' }, 'another verb')
  const put = presignV4a({ method: 'PUT', target: '/via', host: mrapHost, headers: {} }, { ...scope, region: '*' })
  t.equal((await app.ask(`PUT ${put}`, { host: mrapHost, sign: 'none', body: 'x' })).status, 200, 'through the MRAP')
})

test('time', async t => {
  const app = await startApp(t, { world: twoRegions })
  const now = app.clock.now()
  const minutes = 60_000
  const at = (signedAt: number) => app.ask('HEAD /orders-usw2', { ...west, now: signedAt })
  for (const good of [now - 15 * minutes, now + 15 * minutes]) t.equal((await at(good)).status, 200)
  isRefusal(
    t,
    await app.ask('GET /orders-usw2/k', { ...west, now: now - 15 * minutes - 1000 }),
    {
      status: 403,
      code: 'RequestTimeTooSkewed',
      message: 'The difference between the request time and the current time is too large.',
      fields: {
        RequestTime: '20251231T234459Z',
        ServerTime: '2026-01-01T00:00:00Z',
        MaxAllowedSkewMilliseconds: '900000',
      },
    },
    'late',
  )
  isRefusal(
    t,
    await app.ask('GET /orders-usw2/k', { host: mrapHost, sign: 'v4a', now: now + 15 * minutes + 1000 }),
    { status: 403, code: 'RequestTimeTooSkewed' },
    'early, SigV4A',
  )
  const presigned = (expires: number, signedAt = now) =>
    presignV4(
      { method: 'HEAD', target: '/orders-usw2', host, headers: {} },
      { keys, region: 'us-west-2', now: signedAt },
      expires,
    )
  t.equal((await app.ask(`HEAD ${presigned(604_800, now - 604_000_000)}`, none)).status, 200, 'almost a week')
  t.equal((await app.ask(`HEAD ${presigned(10, now - 11_000)}`, none)).status, 403)
  t.equal((await app.ask(`HEAD ${presigned(10, now + 16 * minutes)}`, none)).status, 403, 'not valid yet')
  const week =
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
  const tooLong = presigned(604_801).replace('orders-usw2', 'orders-usw2/k')
  isRefusal(
    t,
    await app.ask(`GET ${tooLong}`, none),
    { status: 400, code: 'AuthorizationQueryParametersError', message: week, fields: {} },
    'more than a week',
  )
})

test('claims that cannot be read', async t => {
  const app = await startApp(t, { world: twoRegions })
  const line = 'GET /orders-usw2/k'
  const signed = await app.sign(line, west)
  const changed = (change: (value: string) => string) =>
    signed.map(([name, value]) => [name, name === 'Authorization' ? change(value) : value] as const)
  const malformed = { status: 400, code: 'AuthorizationHeaderMalformed' }
  const rows: [name: string, change: (value: string) => string, expected: Refusal][] = [
    ['no credential', value => value.replace(/Credential=[^,]*, /, ''), malformed],
    ['no signature', value => value.replace(/, Signature=.*/, ''), malformed],
    ['another service', value => value.replace('/s3/', '/ec2/'), malformed],
    ['another end', value => value.replace('aws4_request', 'aws5_request'), malformed],
    ['another date', value => value.replace('20260101', '20260102'), malformed],
    ['a date that is none', value => value.replace('20260101', 'today'), malformed],
    ['host not signed', value => value.replace('host;', ''), { status: 403, code: 'AccessDenied' }],
    [
      'an unknown algorithm',
      value => value.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA512'),
      { status: 400, code: 'InvalidArgument' },
    ],
    ['Basic', () => 'Basic dGVzdDp0ZXN0', { status: 400, code: 'InvalidArgument' }],
    ['Signature Version 2', () => 'AWS test:c2lnbmF0dXJl', { status: 403, code: 'SignatureDoesNotMatch' }],
    [
      'a signature that is none',
      value => value.replace(/Signature=.*/, 'Signature=zz'),
      { status: 403, code: 'SignatureDoesNotMatch' },
    ],
    [
      'one digit changed',
      value => value.replace(/.$/, digit => (digit === '0' ? '1' : '0')),
      { status: 403, code: 'SignatureDoesNotMatch' },
    ],
  ]
  for (const [name, change, expected] of rows) {
    isRefusal(t, await app.send(requestBytes(`${line} HTTP/1.1`, changed(change))), expected, name)
  }
  const twice = [...signed, ['Authorization', 'AWS test:x'] as const]
  isRefusal(
    t,
    await app.send(requestBytes(`${line} HTTP/1.1`, twice)),
    { status: 400, code: 'InvalidArgument' },
    'two of them',
  )
  isRefusal(
    t,
    await app.send(requestBytes(`${line}?X-Amz-Signature=x HTTP/1.1`, signed)),
    {
      status: 400,
      code: 'InvalidArgument',
      message:
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    },
    'header and query',
  )
  const url = presignV4(
    { method: 'GET', target: '/orders-usw2/k', host, headers: {} },
    { keys, region: 'us-west-2', now: app.clock.now() },
  )
  const missing =
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.'
  for (const name of ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires']) {
    const without = url.replace(new RegExp(`X-Amz-${name}=[^&]*&?`), '').replace(/&$/, '')
    isRefusal(
      t,
      await app.ask(`GET ${without}`, none),
      { status: 400, code: 'AuthorizationQueryParametersError', message: missing, fields: {} },
      `no X-Amz-${name}`,
    )
  }
  isRefusal(
    t,
    await app.ask('GET /orders-usw2/k?AWSAccessKeyId=test&Signature=x&Expires=1', none),
    { status: 403, code: 'AccessDenied', message: 'Request has expired' },
    'Signature Version 2 in the query',
  )
})

test('every signed thing counts', async t => {
  const app = await startApp(t, { world: twoRegions })
  const mismatch = { status: 403, code: 'SignatureDoesNotMatch' }
  for (const ask of [
    { ...west, host },
    { host: mrapHost, sign: 'v4a' },
  ] as Ask[]) {
    const path = ask.sign === 'v4a' ? '/k' : '/orders-usw2/k'
    const headers = { 'x-amz-meta-a': '1', 'Content-Type': 'text/plain' }
    const signed = await app.sign(`PUT ${path}?x-id=PutObject`, { ...ask, body: 'hello', headers })
    const send = (line: string, pairs = signed) => app.send(requestBytes(`${line} HTTP/1.1`, pairs, 'hello'))
    const set = (name: string, value: string) =>
      signed.map(pair => (pair[0].toLowerCase() === name ? ([name, value] as const) : pair))
    const good = `PUT ${path}?x-id=PutObject`
    isRefusal(t, await send(`PUT ${path}x?x-id=PutObject`), mismatch, 'path')
    isRefusal(t, await send(`PUT ${path}?x-id=PutObjects`), mismatch, 'query')
    isRefusal(t, await send(`PUT ${path}`), mismatch, 'no query')
    isRefusal(t, await send(good, set('x-amz-meta-a', '2')), mismatch, 'metadata')
    isRefusal(t, await send(good, set('content-type', 'text/html')), mismatch, 'content type')
    isRefusal(t, await send(good, set('content-length', '4').slice()), mismatch, 'content length')
    isRefusal(t, await send(good, set('x-amz-content-sha256', 'UNSIGNED-PAYLOAD')), mismatch, 'payload')
    isRefusal(t, await send(good, set('x-amz-date', '20260101T000001Z')), mismatch, 'date')
    t.equal((await app.ask(`HEAD /orders-usw2/k`, west)).status, 404, 'nothing was stored')
    t.equal((await send(good)).status, 200, 'untouched')
    await app.ask(`DELETE ${path}`, ask)
  }
})

test('sessions', async t => {
  const session = { secretAccessKey: 'secret', sessionToken: 'token' }
  const keyOf = (accessKeyId: string) => ({ accessKeyId, ...session })
  const world = {
    ...twoRegions,
    accounts: [
      {
        id: '000000000000',
        credentials: [{ accessKeyId: 'AKIAROOT', secretAccessKey: 'secret' }],
        users: [
          {
            name: 'ann',
            policies: [],
            credentials: [],
            sessions: [
              { ...keyOf('ASIAANN') },
              { ...keyOf('ASIAGLOBAL'), issuedBy: 'global' as const },
              { ...keyOf('ASIAOLD'), expires: Date.UTC(2025, 11, 31) },
            ],
          },
        ],
        roles: [],
      },
    ],
  }
  const app = await startApp(t, { world })
  const get = (as: Ask['as'], ask: Ask = west) => app.ask('GET /orders-usw2/k', { ...ask, ...(as && { as }) })
  const rows: [name: string, as: NonNullable<Ask['as']>, expected: Refusal, ask?: Ask][] = [
    ['no token', { accessKeyId: 'ASIAANN', secretAccessKey: 'secret' }, { status: 403, code: 'InvalidAccessKeyId' }],
    [
      'another token',
      { ...keyOf('ASIAANN'), sessionToken: 'other' },
      { status: 400, code: 'InvalidToken', fields: { 'Token-0': 'other' } },
    ],
    ['a token with a long-term key', { ...keyOf('AKIAROOT') }, { status: 400, code: 'InvalidToken' }],
    ['expired', keyOf('ASIAOLD'), { status: 400, code: 'ExpiredToken' }],
    [
      'the global endpoint with SigV4A',
      keyOf('ASIAGLOBAL'),
      { status: 400, code: 'UnsupportedSignature' },
      { sign: 'v4a' },
    ],
    ['the default key', keys, { status: 403, code: 'InvalidAccessKeyId' }],
  ]
  for (const [name, as, expected, ask] of rows) isRefusal(t, await get(as, ask), expected, name)
  isRefusal(t, await get(keyOf('ASIAANN')), { status: 403, code: 'AccessDenied' }, 'a user without policies')
})

test('HTTP/1.0', async t => {
  const app = await startApp(t, { world: twoRegions })
  const signed = await app.sign('GET /orders-usw2/k', west)
  const answer = await exchange(t, app.port, requestBytes('GET /orders-usw2/k HTTP/1.0', signed))
  isRefusal(t, answer, { status: 404, code: 'NoSuchKey' }, 'with Host')
  const bare = await exchange(t, app.port, 'GET /orders-usw2/k HTTP/1.0\r\n\r\n')
  isRefusal(t, bare, { status: 403, code: 'AccessDenied' }, 'without')
})
