import { X509Certificate } from 'node:crypto'
import { test } from 'tap'
import { alias, mrapArn, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { control, createMrap, submitRoutes } from '../helpers/control.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const none = { sign: 'none' } as const
const west = { region: 'us-west-2' } as const

test('health and certificates', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const host of [
    app.host,
    'localhost',
    `mrap-local:${app.port}`,
    'emulator:4566',
    '192.168.1.20',
    `[::1]:${app.port}`,
  ]) {
    const health = await app.ask('GET /_mrap/health', { ...none, host })
    t.strictSame(
      [health.status, health.header('content-type'), health.text],
      [200, 'application/json', '{"status":"ok"}\n'],
      host,
    )
  }
  t.equal((await app.ask('HEAD /_mrap/health', none)).status, 200)
  const pem = await app.ask('GET /_mrap/ca.pem', none)
  t.equal(pem.status, 200)
  t.ok(new X509Certificate(pem.text).ca, 'a certificate of an authority')
  const bundle = await app.ask('GET /_mrap/ca-bundle.pem', none)
  t.ok(bundle.text.includes(pem.text.trim()), 'ours is in the bundle')
  t.ok(bundle.text.split('BEGIN CERTIFICATE').length > 50, 'and well-known roots are')
})

test('refusals', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /orders-usw2/k', { ...west, body: 'x' })
  const rows: [line: string, headers: Record<string, string>, status: number][] = [
    ['GET /_mrap/nothing', {}, 404],
    ['GET /_mrap', {}, 404],
    ['GET /_mrap/health/', {}, 404],
    ['POST /_mrap/health', {}, 405],
    ['GET /_mrap/reset', {}, 405],
    ['POST /_mrap/reset', { Origin: 'https://evil.example' }, 403],
    ['POST /_mrap/reset', { Origin: 'null' }, 403],
    ['POST /_mrap/reset', { Origin: `http://127.0.0.1:${app.port + 1}` }, 403],
    ['GET /_mrap/ca.pem', { Origin: 'http://localhost:3000' }, 403],
  ]
  for (const [line, headers, status] of rows) {
    const answer = await app.ask(line, { ...none, headers })
    t.equal(answer.status, status, `${line} ${JSON.stringify(headers)}`)
    t.equal(answer.header('content-type'), 'application/json', line)
    const code = { 403: 'Forbidden', 404: 'NotFound', 405: 'MethodNotAllowed' }[status]
    const { error } = JSON.parse(answer.text)
    t.strictSame([error.code, typeof error.message], [code, 'string'], line)
  }
  t.equal((await app.ask('GET /orders-usw2/k', west)).text, 'x', 'nothing was reset')
})

test('pages of the data port are foreign: a bucket may have served them', async t => {
  const app = await startApp(t, { world: twoRegions })
  const reset = async (headers: Record<string, string>) =>
    (await app.ask('POST /_mrap/reset', { ...none, headers })).status
  const read = async (headers: Record<string, string>) =>
    (await app.ask('GET /_mrap/health', { ...none, headers })).status
  t.equal(await reset({ Origin: app.url }), 403)
  t.equal(await read({ Origin: app.url }), 403)
  for (const site of ['cross-site', 'same-site', 'same-origin', 'something']) {
    t.equal(await read({ 'Sec-Fetch-Site': site }), 403, site)
    t.equal(await reset({ 'Sec-Fetch-Site': site }), 403, site)
  }
  t.equal(await read({ 'Sec-Fetch-Site': 'none' }), 200, 'an address that a person typed')
  t.equal(await reset({ 'Sec-Fetch-Site': 'none' }), 403)
  t.equal(await reset({}), 204, 'a tool')
})

test('with a token only health and certificates are open', async t => {
  const app = await startApp(t, { world: twoRegions, config: { managementToken: 's3cret' } })
  const status = async (line: string, authorization?: string) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization }
    return (await app.ask(line, { ...none, headers })).status
  }
  for (const path of ['/_mrap/health', '/_mrap/ca.pem', '/_mrap/ca-bundle.pem'])
    t.equal(await status(`GET ${path}`), 200, path)
  for (const line of ['GET /_mrap/v1/names', 'POST /_mrap/reset']) {
    for (const wrong of [undefined, 'Bearer', 'Bearer wrong', 'Bearer s3cret2', 'Basic s3cret', 's3cret'])
      t.equal(await status(line, wrong), 401, `${line} ${wrong}`)
  }
  const refused = await app.ask('GET /_mrap/v1/names', none)
  t.equal(JSON.parse(refused.text).error.code, 'Unauthorized')
  t.equal(refused.header('www-authenticate'), 'Bearer')
  t.equal(await status('GET /_mrap/v1/names', 'Bearer s3cret'), 200)
  t.equal(await status('POST /_mrap/reset', 'bearer s3cret'), 204)
})

test('on hosts of S3 the path is a key or a bucket', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /orders-usw2/k', { ...west, body: 'x' })
  const v4a = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const
  t.equal((await app.ask('PUT /_mrap/health', { ...v4a, body: 'my own' })).status, 200)
  t.equal((await app.ask('GET /_mrap/health', v4a)).text, 'my own')
  t.equal(
    (await app.ask('GET /_mrap/health', { ...west, host: 'orders-usw2.s3.us-west-2.amazonaws.com' })).text,
    'my own',
  )
  t.equal((await app.ask('GET /_mrap/health', { ...west, host: 'orders-usw2.localhost' })).text, 'my own')
  for (const host of ['s3.us-west-2.amazonaws.com', 'emulator.lan.example']) {
    isRefusal(t, await app.ask('POST /_mrap/reset', { ...west, host }), { status: 405, code: 'MethodNotAllowed' }, host)
    isRefusal(t, await app.ask('GET /_mrap/health', { ...west, host }), { status: 404, code: 'NoSuchBucket' }, host)
  }
  isRefusal(t, await app.ask('POST /_mrap/reset', v4a), { status: 405, code: 'MethodNotAllowed' }, 'the MRAP')
  t.equal((await app.ask('GET /orders-usw2/k', west)).text, 'x', 'nothing was reset')
})

test('reset: back to the state after the world was loaded', async t => {
  const world = {
    ...twoRegions,
    buckets: (twoRegions.buckets ?? []).map(bucket => ({
      ...bucket,
      objects: [{ key: 'seed', content: { body: 'seed' }, metadata: {}, tags: {} }],
    })),
  }
  const app = await startApp(t, { world })
  await app.ask('PUT /orders-usw2/seed', { ...west, body: 'changed' })
  await app.ask('PUT /orders-usw2/new', { ...west, body: Buffer.alloc(300_000) })
  await app.ask('POST /orders-usw2/upload?uploads', west)
  await app.ask('PUT /new-bucket')
  await app.ask('PUT /orders-usw2?versioning', {
    ...west,
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
  await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  const newAlias = await createMrap(app, 'second', ['new-bucket'])

  const reset = await app.ask('POST /_mrap/reset', none)
  t.strictSame([reset.status, reset.body.length], [204, 0])
  t.equal((await app.ask('GET /orders-usw2/seed', west)).text, 'seed')
  t.strictSame(textsOf((await app.ask('GET /orders-usw2?list-type=2', west)).text, 'Key'), ['seed'])
  t.strictSame(textsOf((await app.ask('GET /orders-usw2?uploads', west)).text, 'UploadId'), [])
  t.notMatch((await app.ask('GET /orders-usw2?versioning', west)).text, /Enabled/)
  t.equal((await app.ask('HEAD /new-bucket')).status, 404)
  const shown = await control(app, 'GET /mrap/instances')
  t.strictSame(
    [textsOf(shown.text, 'Name'), textOf(shown.text, 'Alias')],
    [['orders-global'], alias],
    'the pinned alias again',
  )
  const ask = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const
  t.equal((await app.ask('GET /seed', ask)).header('x-mrap-served-by'), 'us-west-2', 'routes')
  const host = `${newAlias}.accesspoint.s3-global.amazonaws.com`
  isRefusal(
    t,
    await app.ask('GET /seed', { ...ask, host }),
    { status: 404, code: 'NoSuchMultiRegionAccessPoint' },
    'the other one is gone',
  )
  t.equal((await app.ask('PUT /orders-usw2/after', { ...west, body: 'x' })).status, 200, 'writes go on')
})

test('several resets at once', async t => {
  const app = await startApp(t, { world: twoRegions })
  const statuses = await Promise.all(
    Array.from({ length: 4 }, async () => (await app.ask('POST /_mrap/reset', none)).status),
  )
  t.strictSame(statuses, [204, 204, 204, 204])
  const listed = await app.ask('GET /')
  t.strictSame(textsOf(listed.text, 'Name'), ['orders-euw1', 'orders-usw2'])
  t.strictSame(textsOf((await control(app, 'GET /mrap/instances')).text, 'Name'), ['orders-global'])
})
