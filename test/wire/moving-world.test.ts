import { test } from 'tap'
import { always } from '../../src/server/option-values.ts'
import { alias, bucket, mrapArn, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { control, createBody } from '../helpers/control.ts'
import { manage } from '../helpers/manage.ts'

const versioned = {
  ...twoRegions,
  buckets: [
    bucket('orders-usw2', 'us-west-2', { versioning: 'Enabled' }),
    bucket('orders-euw1', 'eu-west-1', { versioning: 'Enabled' }),
  ],
}
const mrap = { host: mrapHost, sign: 'v4a' } as const

test('MRAPs and their routes', async t => {
  const app = await startApp(t, { world: twoRegions, config: { routesDelayMs: always(60_000) } })
  const { body } = await manage(app, 'GET mraps')
  t.match(body, { mraps: [{ name: 'orders-global', alias, arn: mrapArn, status: 'READY', policy: 'none' }] })
  const after = await manage(app, 'POST mraps/orders-global/failover', { to: 'eu-west-1' })
  t.match(after.body.regions, [
    { region: 'us-west-2', bucket: 'orders-usw2', dial: 0, dialInEffect: 100 },
    { region: 'eu-west-1', bucket: 'orders-euw1', dial: 100, dialInEffect: 100, effectiveAt: null },
  ])
  t.match(after.body.regions[0].effectiveAt, /^2026-01-01T00:01:00\.000Z$/)
  const explained = await manage(app, 'POST explain/route', { mrap: alias, clientRegion: 'us-west-2' })
  t.match(explained.body, { region: 'us-west-2', reason: 'nearest-active' })
  const advanced = await manage(app, 'POST clock/advance', { by: '2m' })
  t.match(advanced.body, { total: 1, ran: [{ kind: 'route', at: '2026-01-01T00:01:00.000Z' }] })
  t.match((await manage(app, 'POST explain/route', { mrap: mrapArn, clientRegion: 'us-west-2' })).body, {
    region: 'eu-west-1',
    reason: 'only-active',
    candidates: [
      { region: 'us-west-2', dial: 0, why: /passive/ },
      { region: 'eu-west-1', chosen: true },
    ],
  })
  t.match(await manage(app, 'PUT mraps/orders-global/routes', { routes: { 'eu-west-1': 0 } }), {
    status: 400,
    body: { error: { code: 'BadRequest', message: /InvalidRequest: / } },
  })
  t.match(await manage(app, 'PUT mraps/orders-global/routes', { routes: { 'us-west-2': 100 }, from: 'eu-central-1' }), {
    status: 400,
    body: { error: { message: /PermanentRedirect/ } },
  })
  const lag = { perRegion: { 'us-west-2': '10s' }, lag: '20s' }
  t.equal((await manage(app, 'PUT mraps/orders-global/routes-lag', lag)).status, 200)
  const back = await manage(app, 'POST mraps/orders-global/failover', { to: 'us-west-2' })
  t.match(back.body.regions[0].effectiveAt, /T00:02:10\.000Z$/)
  t.match(back.body.regions[1].effectiveAt, /T00:02:20\.000Z$/)
  t.match(await manage(app, 'PUT mraps/orders-global/routes-lag', { perRegion: { 'sa-east-1': '1s' } }), {
    status: 400,
    body: { error: { path: '/perRegion/sa-east-1' } },
  })
  t.equal((await manage(app, 'GET mraps/nobody')).status, 404)
  t.match(await manage(app, 'POST mraps/orders-global/failover', { to: 'sa-east-1' }), {
    status: 400,
    body: { error: { path: '/to' } },
  })
})

test('a write, its lag, and the failover that comes too early', async t => {
  const app = await startApp(t, { world: versioned, config: { replicationLagMs: always(15_000) } })
  const template = await manage(app, 'POST replication/template', { kind: 'two-way', mrap: 'orders-global' })
  t.match(template, { status: 200, body: { buckets: ['orders-usw2', 'orders-euw1'] } })
  t.equal((await app.ask('PUT /a.txt', { ...mrap, body: 'one' })).status, 200)
  const pending = await manage(app, 'GET replication')
  t.match(pending.body, {
    entries: [{ source: 'orders-usw2', destination: 'orders-euw1', pendingOperations: 1, lag: '15s' }, {}],
  })
  t.match((await manage(app, 'GET replication/versions?bucket=orders-usw2&key=a.txt')).body, {
    versions: [{ status: 'PENDING', destinations: [{ bucket: 'orders-euw1' }] }],
  })
  await manage(app, 'POST mraps/orders-global/failover', { to: 'eu-west-1' })
  t.equal((await app.ask('GET /a.txt', mrap)).status, 404, 'not there yet')
  t.match((await manage(app, 'GET clock')).body.nextDue, { kind: 'replication', at: '2026-01-01T00:00:15.000Z' })
  const advanced = await manage(app, 'POST clock/advance', { toNextDue: true })
  t.match(advanced.body, { now: '2026-01-01T00:00:15.000Z', total: 1 })
  t.equal((await app.ask('GET /a.txt', mrap)).text, 'one')
  t.strictSame((await manage(app, 'GET replication/diff?a=orders-usw2&b=orders-euw1')).body, {
    onlyInA: [],
    onlyInB: [],
    currentDiffers: [],
    metadataDiffers: [],
  })
})

test('replication is paused, fails, is held by a Region, and settles', async t => {
  const app = await startApp(t, { world: versioned, config: { replicationLagMs: always(1000) } })
  await manage(app, 'POST replication/template', {
    kind: 'one-way',
    sources: ['orders-usw2'],
    destinations: ['orders-euw1'],
  })
  const put = (key: string) => app.ask(`PUT /orders-usw2/${key}`, { region: 'us-west-2', body: key })
  const pause = await manage(app, 'POST replication/pause', { region: 'eu-west-1', duration: 'PT10M' })
  t.match(pause, { status: 200, body: { id: String } })
  await put('held')
  t.match(await manage(app, 'POST replication/settle', {}), { status: 409, body: { error: { code: 'Conflict' } } })
  t.equal((await manage(app, 'POST replication/settle', { ignorePaused: true })).status, 200)
  t.match(await manage(app, 'POST replication/resume', { id: pause.body.id }), { status: 200, body: { resumed: 1 } })
  t.match(await manage(app, 'POST replication/settle'), {
    status: 200,
    body: { entries: [{ pendingOperations: 0, done: 1 }] },
  })
  await manage(app, 'POST replication/fail-next', { reason: 'DstPutObjectNotPermitted', count: 1 })
  await put('fails')
  await manage(app, 'POST clock/advance', { by: '1s' })
  t.match((await manage(app, 'GET replication')).body, { entries: [{ failed: 1 }] })
  t.match(await manage(app, 'POST replication/retry', { bucket: 'orders-usw2' }), {
    status: 200,
    body: { matched: 1, admitted: 1 },
  })
  await manage(app, 'PUT regions/eu-west-1', { replication: 'down' })
  t.equal((await manage(app, 'POST replication/settle', {})).status, 409)
  await manage(app, 'PUT regions/eu-west-1', { replication: 'up' })
  t.equal((await manage(app, 'POST replication/settle', {})).status, 200)
  t.match(await manage(app, 'PUT replication/lag', { lag: { min: '5s', max: '60s' }, source: 'orders-usw2' }), {
    status: 200,
    body: { entries: [{ lag: { min: '5s', max: '1m' } }] },
  })
  t.equal((await manage(app, 'POST replication/resume', { id: 'nobody' })).status, 404)
  t.equal((await manage(app, 'POST replication/pause', { region: 'mars' })).status, 400)
})

test('asynchronous operations are ended by hand', async t => {
  const app = await startApp(t, {
    world: { buckets: [bucket('one-usw2', 'us-west-2')] },
    config: { operationDelayMs: always(60_000) },
  })
  await control(app, 'POST /async-requests/mrap/create', { body: createBody('first', ['one-usw2'], 't1') })
  const [operation] = (await manage(app, 'GET operations')).body.operations
  t.match(operation, { operation: 'CreateMultiRegionAccessPoint', mrap: 'first', status: 'NEW', failure: null })
  t.match(await manage(app, `POST operations/${operation.token}/finish`), {
    status: 200,
    body: { status: 'SUCCEEDED' },
  })
  t.match((await manage(app, 'GET mraps')).body, { mraps: [{ name: 'first', status: 'READY' }] })
  t.equal((await manage(app, `POST operations/${operation.token}/finish`)).status, 409)
  await control(app, 'POST /async-requests/mrap/create', { body: createBody('second', ['one-usw2'], 't2') })
  const [second] = (await manage(app, 'GET operations')).body.operations
  const failed = await manage(app, `POST operations/${encodeURIComponent(second.arn)}/fail`, {
    code: 'InternalError',
    message: 'lost',
  })
  t.match(failed, { status: 200, body: { status: 'FAILED', failure: { code: 'InternalError', message: 'lost' } } })
  t.equal((await manage(app, 'GET mraps')).body.mraps.length, 1)
  const answer = await control(app, `GET /async-requests/mrap/${second.arn.replaceAll(':', '%3A')}`)
  t.match(answer.text, /<RequestStatus>FAILED<.*<Code>InternalError</s)
})

test('objects by the management API', async t => {
  const app = await startApp(t, { world: versioned })
  const put = await manage(app, 'PUT objects/orders-usw2/dir/a%20b.txt', 'text')
  t.match(put, { status: 200, body: { etag: String, versionId: String } })
  t.match((await manage(app, 'GET objects?bucket=orders-usw2')).body, { objects: [{ key: 'dir/a b.txt', size: 6 }] })
  t.equal((await manage(app, 'GET objects/orders-usw2/dir/a%20b.txt')).body, 'text')
  t.strictSame((await manage(app, 'PUT objects/orders-usw2/dir/a%20b.txt/tags', { tags: { k: 'a b' } })).body, {
    tags: { k: 'a b' },
  })
  t.strictSame((await manage(app, 'GET objects/orders-usw2/dir/a%20b.txt/tags')).body, { tags: { k: 'a b' } })
  t.strictSame((await manage(app, 'DELETE objects/orders-usw2/dir/a%20b.txt/tags')).body, { tags: {} })
  t.strictSame((await manage(app, 'GET objects/orders-usw2/dir/a%20b.txt/tags')).body, { tags: {} })
  t.match((await manage(app, 'DELETE objects/orders-usw2/dir/a%20b.txt')).body, { deleteMarker: true })
  t.match(await manage(app, 'GET objects/orders-usw2/dir/a%20b.txt'), {
    status: 404,
    body: { error: { code: 'NotFound' } },
  })
  t.match((await manage(app, 'GET buckets')).body.buckets[1], {
    name: 'orders-usw2',
    versioning: 'Enabled',
    objects: 0,
  })
})

test('the clock', async t => {
  const app = await startApp(t, { world: twoRegions })
  t.equal((await manage(app, 'PUT clock', { mode: 'frozen', now: '2025-01-01T00:00:00Z' })).status, 409, 'never back')
  t.match(await manage(app, 'POST clock/advance', { by: '2m', to: '2030-01-01T00:00:00Z' }), { status: 400 })
  t.match(await manage(app, 'PUT clock', { mode: 'sideways' }), { status: 400, body: { error: { path: '/mode' } } })
  t.match(await manage(app, 'POST clock/advance', { by: 'soon' }), { status: 400, body: { error: { path: '/by' } } })
  t.match(await manage(app, 'POST clock/advance', { toNextDue: true }), { status: 200, body: { ran: [], total: 0 } })
})

test('the document describes every path, and its examples are of the form it gives', async t => {
  const app = await startApp(t, { world: versioned })
  const { body: document } = await manage(app, 'GET openapi.json')
  t.equal(document.openapi, '3.1.0')
  const { default: Schema } = await import('typebox/value')
  let examples = 0
  for (const [path, methods] of Object.entries<
    Record<
      string,
      { requestBody?: { content: Record<string, { schema: object; examples: Record<string, { value: unknown }> }> } }
    >
  >(document.paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const content = requestBody?.content['application/json']
      for (const { value } of Object.values(content?.examples ?? {})) {
        examples += 1
        t.ok(Schema.Check(content?.schema as never, value), `${method} ${path} ${JSON.stringify(value)}`)
      }
    }
  }
  t.ok(examples > 15)
  t.match((await manage(app, 'GET info')).body, { version: String, timing: String, active: {} })
})
