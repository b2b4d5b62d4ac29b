import { test } from 'tap'
import { mrapHost, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { isRefusal, type Refusal } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'

/** Nothing was stored under `k`, and the next request is served. */
async function aliveAndEmpty(app: TestApp): Promise<string> {
  const answer = await app.ask(`HEAD ${path}`, west)
  const listed = await app.ask('GET /orders-usw2?list-type=2', west)
  const uploads = await app.ask('GET /orders-usw2?uploads', west)
  return [answer.status, /<Contents>/.test(listed.text), /<Upload>/.test(uploads.text)].join()
}

/** Headers of a signed PUT of `x`, some replaced or added. */
async function signedPut(app: TestApp, change: (headers: [string, string][]) => [string, string][]) {
  const headers = (await app.sign(`PUT ${path}`, { ...west, body: 'x' })).map(([name, value]): [string, string] => [
    name,
    value,
  ])
  return change(headers)
}

test('requests that are not HTTP, or not to be served', async t => {
  const app = await startApp(t, { world: twoRegions })
  const host = `Host: ${app.host}\r\n`
  const badRequest = { status: 400, code: 'BadRequest' }
  const rows: [name: string, bytes: string, expected: Refusal][] = [
    ['no HTTP at all', 'hello\r\n\r\n', badRequest],
    ['HTTP/9.9', `GET / HTTP/9.9\r\n${host}\r\n`, badRequest],
    ['two Host headers', `GET ${path} HTTP/1.1\r\n${host}${host}\r\n`, badRequest],
    ['two different Host headers', `GET / HTTP/1.1\r\n${host}Host: ${mrapHost}\r\n\r\n`, badRequest],
    ['no Host', `GET ${path} HTTP/1.1\r\n\r\n`, badRequest],
    ['a Host that is none', `GET ${path} HTTP/1.1\r\nHost: a b\r\n\r\n`, badRequest],
    ['a Host with a path', `GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n`, badRequest],
    ['a Host with user information', `GET / HTTP/1.1\r\nHost: u@localhost\r\n\r\n`, badRequest],
    ['a header without a colon', `GET / HTTP/1.1\r\n${host}nonsense\r\n\r\n`, badRequest],
    ['a header name with a blank', `GET / HTTP/1.1\r\n${host}a b: c\r\n\r\n`, badRequest],
    ['NUL in a header', `GET / HTTP/1.1\r\n${host}a: \0\r\n\r\n`, badRequest],
    ['Content-Length that is no number', `PUT ${path} HTTP/1.1\r\n${host}Content-Length: many\r\n\r\n`, badRequest],
    ['Content-Length below zero', `PUT ${path} HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, badRequest],
    [
      'Content-Length beyond reason',
      `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\n`,
      badRequest,
    ],
    [
      'two Content-Lengths',
      `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
      badRequest,
    ],
    [
      'Content-Length and chunked',
      `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      badRequest,
    ],
    ['Transfer-Encoding: gzip', `PUT ${path} HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\n`, badRequest],
    [
      'Transfer-Encoding: gzip, chunked',
      `PUT ${path} HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      badRequest,
    ],
    [
      'raw bytes beyond ASCII in the target',
      `GET /orders-usw2/\xff\xfe HTTP/1.1\r\n${host}\r\n`,
      { status: 400, code: 'InvalidURI' },
    ],
    ['target without a slash', `GET orders-usw2 HTTP/1.1\r\n${host}\r\n`, { status: 400, code: 'InvalidURI' }],
    ['another scheme', `GET ftp://localhost/k HTTP/1.1\r\n${host}\r\n`, { status: 400, code: 'InvalidURI' }],
  ]
  for (const [name, bytes, expected] of rows) {
    isRefusal(t, await app.send(bytes), expected, name)
    t.equal(await aliveAndEmpty(app), '404,false,false', `${name}: alive, nothing stored`)
  }
})

test('targets', async t => {
  const app = await startApp(t, { world: twoRegions })
  const long = 'k'.repeat(1025)
  const rows: [name: string, line: string, expected: Refusal][] = [
    ['%zz', 'GET /orders-usw2/%zz', { status: 400, code: 'InvalidURI', fields: { URI: '/orders-usw2/%zz' } }],
    [
      '% at the end',
      'PUT /orders-usw2/100%',
      { status: 400, code: 'InvalidURI', fields: { URI: '/orders-usw2/100%' } },
    ],
    ['%ff', 'PUT /orders-usw2/%ff', { status: 400, code: 'InvalidURI', fields: { URI: '/orders-usw2/%ff' } }],
    ['an overlong form of /', 'GET /orders-usw2/%c0%af', { status: 400, code: 'InvalidURI' }],
    ['half a surrogate', 'GET /orders-usw2/%ed%a0%80', { status: 400, code: 'InvalidURI' }],
    ['%zz in the query', 'GET /orders-usw2/k?a=%zz', { status: 400, code: 'InvalidURI' }],
    ['%ff in the query', 'GET /orders-usw2?list-type=2&prefix=%ff', { status: 400, code: 'InvalidURI' }],
    ['%zz in the bucket', 'GET /%zz/k', { status: 400, code: 'InvalidURI' }],
    ['an empty bucket name', 'GET //k', { status: 400, code: 'InvalidURI' }],
    [
      '1,025 bytes',
      `PUT /orders-usw2/${long}`,
      { status: 400, code: 'KeyTooLongError', message: 'Your key is too long' },
    ],
    [
      '1,026 bytes in 513 characters',
      `PUT /orders-usw2/${'%C3%A9'.repeat(513)}`,
      { status: 400, code: 'KeyTooLongError' },
    ],
    ['a bucket name that is none', 'GET /No_Bucket!/k', { status: 404, code: 'NoSuchBucket' }],
  ]
  for (const [name, line, expected] of rows) {
    isRefusal(t, await app.ask(line, { ...west, body: line.startsWith('PUT') ? 'x' : '' }), expected, name)
    t.equal(await aliveAndEmpty(app), '404,false,false', `${name}: alive, nothing stored`)
  }
  const unsigned = await app.send(`GET /orders-usw2/a#b HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`)
  isRefusal(
    t,
    unsigned,
    { status: 403, code: 'AccessDenied' },
    '# is part of the key, and the request reaches its operation',
  )
})

test('verbs', async t => {
  const app = await startApp(t, { world: twoRegions })
  const notAllowed = {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
  }
  for (const method of ['PROPFIND', 'PATCH', 'TRACE', 'LOCK', 'SEARCH', 'PURGE']) {
    isRefusal(
      t,
      await app.ask(`${method} ${path}`, west),
      { ...notAllowed, fields: { Method: method, ResourceType: 'OBJECT' } },
      method,
    )
    isRefusal(
      t,
      await app.ask(`${method} /orders-usw2`, west),
      { ...notAllowed, fields: { Method: method, ResourceType: 'BUCKET' } },
      method,
    )
    isRefusal(
      t,
      await app.ask(`${method} /`, west),
      { ...notAllowed, fields: { Method: method, ResourceType: 'SERVICE' } },
      method,
    )
  }
  for (const method of ['FROB', 'BREW-COFFEE', 'get']) {
    const answer = await app.send(`${method} ${path} HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`)
    t.ok(answer.status === 405 || answer.status === 400, `${method}: ${answer.status}`)
    isRefusal(
      t,
      answer,
      { status: answer.status, code: answer.status === 405 ? 'MethodNotAllowed' : 'BadRequest' },
      method,
    )
  }
  isRefusal(
    t,
    await app.ask(`POST ${path}`, west),
    { ...notAllowed, fields: { Method: 'POST', ResourceType: 'OBJECT' } },
    'POST on an object',
  )
  isRefusal(
    t,
    await app.ask('DELETE /', west),
    { ...notAllowed, fields: { Method: 'DELETE', ResourceType: 'SERVICE' } },
    'DELETE on the service',
  )
  t.equal(await aliveAndEmpty(app), '404,false,false')
})

test('the header section', async t => {
  const app = await startApp(t, { world: twoRegions })
  const tooLarge = { status: 400, code: 'RequestHeaderSectionTooLarge', fields: { MaxSizeAllowed: '16384' } }
  const big = `GET / HTTP/1.1\r\nHost: ${app.host}\r\nx-pad: ${'p'.repeat(17 * 1024)}\r\n\r\n`
  isRefusal(t, await app.send(big), tooLarge, 'one large header')
  const many = Array.from({ length: 2000 }, (_, index) => `x-${index}: padding`).join('\r\n')
  isRefusal(t, await app.send(`GET / HTTP/1.1\r\nHost: ${app.host}\r\n${many}\r\n\r\n`), tooLarge, 'many headers')
  const target = `GET /orders-usw2/${'k'.repeat(20 * 1024)} HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`
  isRefusal(t, await app.send(target), tooLarge, 'a long target')
  const fits = await app.ask('HEAD /orders-usw2', { ...west, headers: { 'x-pad': 'p'.repeat(14 * 1024) } })
  t.equal(fits.status, 200, '14 KiB are fine')
  const metadata = await app.ask(`PUT ${path}`, { ...west, body: 'x', headers: { 'x-amz-meta-a': 'm'.repeat(3000) } })
  isRefusal(t, metadata, { status: 400, code: 'MetadataTooLarge' }, 'metadata beyond 2 kB')
  t.equal(await aliveAndEmpty(app), '404,false,false')
})

test('x-amz-* headers that nobody signed', async t => {
  const app = await startApp(t, { world: twoRegions })
  const unsigned = await signedPut(app, headers => [...headers, ['x-amz-meta-late', 'v']])
  isRefusal(
    t,
    await app.send(requestBytes(`PUT ${path} HTTP/1.1`, unsigned, 'x')),
    {
      status: 403,
      code: 'AccessDenied',
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-meta-late' },
    },
    'not signed',
  )
  t.equal(await aliveAndEmpty(app), '404,false,false')
})

test('content types of every kind are stored', async t => {
  const app = await startApp(t, { world: twoRegions })
  const types = [
    'garbage',
    'text/plain;;;',
    'application/json; charset="utf',
    'a/b/c',
    '*/*',
    'application/xml',
    'x'.repeat(200),
  ]
  for (const type of types) {
    const put = await app.ask(`PUT ${path}`, { ...west, body: '<not xml', headers: { 'Content-Type': type } })
    t.equal(put.status, 200, type)
    const got = await app.ask(`GET ${path}`, west)
    t.strictSame([got.text, got.header('content-type')], ['<not xml', type], type)
  }
  // Empty: signed as it was sent.
  const empty = await app.ask(`PUT ${path}`, { ...west, body: 'x', headers: { 'Content-Type': '' } })
  t.equal(empty.status, 200)
  t.equal((await app.ask(`HEAD ${path}`, west)).header('content-type'), 'binary/octet-stream')
})

test('HEAD refusals have no body', async t => {
  const app = await startApp(t, { world: twoRegions })
  const connection = openConnection(t, app.port)
  const rows: [line: string, status: number][] = [
    ['HEAD /orders-usw2/missing', 404],
    ['HEAD /nowhere/k', 404],
    ['HEAD /orders-euw1/k', 301],
    ['HEAD /orders-usw2/k?versionId=bad', 400],
    ['HEAD /orders-usw2/%zz', 400],
  ]
  for (const [line, status] of rows) {
    connection.send(requestBytes(`${line} HTTP/1.1`, await app.sign(line, west)))
    const answer = await connection.next('HEAD')
    t.equal(answer.status, status, line)
    t.match(answer.header('x-amz-request-id') ?? '', /^[0-9A-Z]{16}$/, line)
  }
  connection.send(`HEAD /orders-usw2/k HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`)
  t.equal((await connection.next('HEAD')).status, 403, 'anonymous')
  connection.send(requestBytes('GET /orders-usw2/missing HTTP/1.1', await app.sign('GET /orders-usw2/missing', west)))
  isRefusal(t, await connection.next(), { status: 404, code: 'NoSuchKey' }, 'the connection is still in step')
  t.equal((await app.send(`HEAD / HTTP/1.1\r\nHost: a b\r\n\r\n`, 'HEAD')).status, 400)
})

test('requests on one connection are answered in order', async t => {
  const app = await startApp(t, { world: twoRegions })
  const connection = openConnection(t, app.port)
  const put = requestBytes(`PUT ${path} HTTP/1.1`, await app.sign(`PUT ${path}`, { ...west, body: 'hello' }), 'hello')
  const bad = `GET /orders-usw2/%zz HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`
  const get = requestBytes(`GET ${path} HTTP/1.1`, await app.sign(`GET ${path}`, west))
  connection.send(Buffer.concat([put, Buffer.from(bad), get]))
  t.equal((await connection.next()).status, 200)
  isRefusal(t, await connection.next(), { status: 400, code: 'InvalidURI' }, 'in the middle')
  t.equal((await connection.next()).text, 'hello')
})
