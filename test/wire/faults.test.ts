import { test } from 'tap'
import { bucket, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { manage } from '../helpers/manage.ts'
import { isRefusal } from '../helpers/xml.ts'

const world = {
  buckets: [
    bucket('b', 'us-east-1', { objects: [{ key: 'k', content: { body: 'hello world' }, metadata: {}, tags: {} }] }),
  ],
}
const slowDown = { kind: 'error', status: 503, code: 'SlowDown', retryAfter: 2 }

test('an error strikes what matches, so often as it is told', async t => {
  const app = await startApp(t, { world })
  const rule = { match: { operation: 'GetObject', bucket: 'b' }, fault: slowDown, when: { after: 1, times: 2 } }
  t.match(await manage(app, 'PUT faults/busy', rule), { status: 200, body: { name: 'busy', hits: 0, remaining: 2 } })
  const get = () => app.ask('GET /b/k')
  t.equal((await get()).status, 200, 'the first passes')
  const struck = await get()
  isRefusal(t, struck, { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' }, 'refused')
  t.equal(struck.header('x-mrap-fault'), 'busy')
  t.equal(struck.header('retry-after'), '2')
  t.equal((await app.ask('HEAD /b/k')).status, 200, 'another operation')
  t.equal((await get()).status, 503)
  t.equal((await get()).status, 200, 'used up')
  t.match(await manage(app, 'GET faults'), { body: { faults: [{ name: 'busy', hits: 2, remaining: 0 }] } })
  t.match(await manage(app, 'PUT faults/busy', rule), { body: { hits: 0 } }, 'put again, it counts anew')
  t.strictSame((await manage(app, 'DELETE faults/busy')).body, { faults: [] })
  t.equal((await manage(app, 'DELETE faults/busy')).status, 200)
})

test('world time begins and ends a fault', async t => {
  const app = await startApp(t, { world })
  const from = new Date(app.clock.now() + 60_000).toISOString()
  await manage(app, 'PUT faults/later', { fault: slowDown, when: { from, duration: '30s' } })
  const status = async () => (await app.ask('GET /b/k')).status
  t.equal(await status(), 200)
  app.clock.advance(60_000)
  t.equal(await status(), 503)
  app.clock.advance(30_000)
  t.equal(await status(), 200)
})

test('connections break off before, after, and in the middle', async t => {
  const app = await startApp(t, { world })
  await manage(app, 'PUT faults/cut', { match: { method: 'put' }, fault: { kind: 'reset', at: 'after-commit' } })
  await t.rejects(app.ask('PUT /b/new', { body: 'kept' }), /closed/)
  t.equal((await app.ask('GET /b/new')).text, 'kept', 'the write has happened')
  await manage(app, 'PUT faults/cut', { match: { method: 'PUT' }, fault: { kind: 'reset', at: 'before' } })
  await t.rejects(app.ask('PUT /b/never', { body: 'lost' }), /closed/)
  t.equal((await app.ask('GET /b/never')).status, 404)
  await manage(app, 'PUT faults/cut', {
    match: { keyPrefix: 'k' },
    fault: { kind: 'reset', at: 'mid-body', afterBytes: 4 },
  })
  await t.rejects(app.ask('GET /b/k'), /200 OK/)
  t.strictSame((await manage(app, 'DELETE faults')).body, { faults: [] })
  t.equal((await app.ask('GET /b/k')).text, 'hello world')
})

test('slow, late, throttled, and an error inside a 200', async t => {
  const app = await startApp(t, { world })
  await manage(app, 'PUT faults/a', { fault: { kind: 'latency', delay: '5ms' } })
  await manage(app, 'PUT faults/b', { fault: { kind: 'slow', bytesPerSecond: 1000 } })
  const slow = await app.ask('GET /b/k')
  t.equal(slow.text, 'hello world')
  t.equal(slow.header('x-mrap-fault'), 'a,b')
  await manage(app, 'DELETE faults')
  await manage(app, 'PUT faults/rate', { fault: { kind: 'throttle', perSecond: 0.001 } })
  t.equal((await app.ask('GET /b/k')).status, 200)
  isRefusal(t, await app.ask('GET /b/k'), { status: 503, code: 'SlowDown' }, 'refused')
  await manage(app, 'DELETE faults')
  await manage(app, 'PUT faults/inside', { fault: { kind: 'error-in-200' } })
  t.equal((await app.ask('GET /b/k')).status, 200, 'only what is known to answer so')
  const copied = await app.ask('PUT /b/copy', { headers: { 'x-amz-copy-source': '/b/k' } })
  t.equal(copied.status, 200)
  t.match(copied.text, /<Error><Code>InternalError<\/Code>/)
})

test('an MRAP by name, alias or ARN; S3 Control and STS', async t => {
  const app = await startApp(t, { world: twoRegions })
  const through = { host: mrapHost, sign: 'v4a' } as const
  for (const name of [
    'orders-global',
    'mfzwi23gnjvgw.mrap',
    'arn:aws:s3::000000000000:accesspoint/mfzwi23gnjvgw.mrap',
  ]) {
    await manage(app, 'PUT faults/f', { match: { mrap: name, door: 'mrap' }, fault: slowDown })
    t.equal((await app.ask('GET /?list-type=2', through)).status, 503, name)
    t.equal((await app.ask('GET /orders-usw2?list-type=2', { region: 'us-west-2' })).status, 200)
  }
  await manage(app, 'PUT faults/f', {
    match: { plane: 'control' },
    fault: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
  })
  const list = '/v20180820/mrap/instances'
  const control = await app.ask(`GET ${list}`, { region: 'us-west-2', headers: { 'x-amz-account-id': '000000000000' } })
  t.equal(control.status, 503)
  t.match(control.text, /<ErrorResponse.*<Code>ServiceUnavailable/s)
  t.equal((await app.ask('GET /?list-type=2', through)).status, 200)
})

test('what cannot be a fault is refused with the member', async t => {
  const app = await startApp(t, { world })
  const error = { kind: 'error', status: 503, code: 'SlowDown' }
  for (const [body, path] of [
    [undefined, undefined],
    [{}, '/fault'],
    [{ fault: { kind: 'explode' } }, '/fault/kind'],
    [{ fault: { kind: 'error', status: 200, code: 'X' } }, '/fault/status'],
    [{ fault: { kind: 'error', status: 503 } }, '/fault/code'],
    [{ fault: { ...error, often: true } }, '/fault/often'],
    [{ fault: error, match: { colour: 'red' } }, '/match/colour'],
    [{ fault: error, match: { region: 'mars-north-1' } }, '/match/region'],
    [{ fault: error, match: { operation: [] } }, '/match/operation'],
    [{ fault: error, when: { probability: 2 } }, '/when/probability'],
    [{ fault: error, when: { times: 0 } }, '/when/times'],
    [{ fault: error, when: { from: 'tomorrow' } }, '/when/from'],
    [{ fault: error, when: { duration: '11y' } }, '/when/duration'],
    [{ fault: { kind: 'latency', delay: 80 } }, '/fault/delay'],
    [{ fault: { kind: 'slow', bytesPerSecond: 0 } }, '/fault/bytesPerSecond'],
  ] as const) {
    const refused = await manage(app, 'PUT faults/f', body)
    t.match(refused, { status: 400, body: { error: { code: 'BadRequest' } } }, JSON.stringify(body))
    t.equal(refused.body.error.path, path, JSON.stringify(body))
  }
  t.equal((await manage(app, 'PUT faults/-', { fault: error })).status, 400)
  t.strictSame((await manage(app, 'GET faults')).body, { faults: [] })
})
