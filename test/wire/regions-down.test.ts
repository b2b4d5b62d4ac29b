import { test } from 'tap'
import { always } from '../../src/server/option-values.ts'
import { mrapArn, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { submitRoutes } from '../helpers/control.ts'
import { manage } from '../helpers/manage.ts'
import { isRefusal } from '../helpers/xml.ts'

const mrap = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'eu-west-1' } } as const

test('a Region that is down answers 503, and comes back', async t => {
  const app = await startApp(t, { world: twoRegions })
  const down = await manage(app, 'PUT regions/eu-west-1', { condition: 'down' })
  t.match(down, {
    status: 200,
    body: {
      name: 'eu-west-1',
      data: 'down',
      control: 'down',
      replication: 'down',
      buckets: ['orders-euw1'],
      mraps: ['orders-global'],
    },
  })
  const direct = await app.ask('GET /orders-euw1/k', { region: 'eu-west-1' })
  isRefusal(t, direct, { status: 503, code: 'ServiceUnavailable' }, 'refused')
  t.equal(direct.header('retry-after'), '1')
  t.match(direct.header('x-mrap-hint'), /eu-west-1 is down/)
  const asStranger = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }
  const stranger = await app.ask('GET /orders-euw1/k', { region: 'eu-west-1', as: asStranger })
  isRefusal(t, stranger, { status: 503, code: 'ServiceUnavailable' }, 'refused')
  t.equal((await app.ask('GET /', { region: 'eu-west-1' })).status, 200, 'ListBuckets is served all the same')
  t.equal((await app.ask('GET /orders-usw2?list-type=2', { region: 'us-west-2' })).status, 200)
  const cross = await app.ask('GET /orders-usw2/k', { region: 'us-west-2', as: asStranger })
  isRefusal(t, cross, { status: 403, code: 'InvalidAccessKeyId' }, 'refused')
  t.match(await manage(app, 'PUT regions/eu-west-1', { condition: 'up' }), { status: 200, body: { data: 'up' } })
  t.equal((await app.ask('GET /orders-euw1?list-type=2', { region: 'eu-west-1' })).status, 200)
})

test('through an MRAP, requests go to the nearest active Region that is up', async t => {
  const app = await startApp(t, { world: twoRegions, config: { rerouteDelayMs: always(60_000) } })
  await manage(app, 'PUT regions/eu-west-1', { data: 'down' })
  t.equal((await app.ask('GET /?list-type=2', mrap)).status, 503, 'until it is noticed')
  app.clock.advance(60_000)
  const moved = await app.ask('GET /?list-type=2', mrap)
  t.equal(moved.status, 200)
  t.equal(moved.header('x-mrap-served-by'), 'us-west-2')
  t.equal(moved.header('x-mrap-route-reason'), 'region-down')
  await manage(app, 'PUT regions/eu-west-1', { data: 'up' })
  t.equal((await app.ask('GET /?list-type=2', mrap)).header('x-mrap-served-by'), 'eu-west-1', 'back at once')
})

test('a passive Region is not used, whatever is down', async t => {
  const app = await startApp(t, { world: twoRegions })
  await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  await manage(app, 'PUT regions/eu-west-1', { condition: 'down' })
  const answer = await app.ask('GET /?list-type=2', mrap)
  isRefusal(t, answer, { status: 503, code: 'ServiceUnavailable' }, 'refused')
  t.equal(answer.header('x-mrap-served-by'), 'eu-west-1')
})

test('a reset connection, a bad request, all up, and a reset of the emulator', async t => {
  const app = await startApp(t, { world: twoRegions })
  await manage(app, 'PUT regions/us-west-2', { data: { condition: 'down', answer: 'reset' } })
  await t.rejects(app.ask('GET /orders-usw2/k', { region: 'us-west-2' }), /closed/)
  t.match(await manage(app, 'GET regions'), { body: { regions: [] } })
  for (const [body, path] of [
    [{ condition: 'sideways' }, '/condition'],
    [{ data: { condition: 'down', answer: '500' } }, '/data'],
    [{ latency: 'soon' }, '/latency'],
    [{ latency: { min: '2s', max: '1s' } }, '/latency'],
    [{ skew: '3' }, '/skew'],
    [{ dial: 0 }, '/dial'],
    [{ condition: 'down', data: 'up' }, '/condition'],
    [[], ''],
  ] as const) {
    const refused = await manage(app, 'PUT regions/us-west-2', body)
    t.match(refused, { status: 400, body: { error: { code: 'BadRequest', path } } }, JSON.stringify(body))
  }
  t.match(await manage(app, 'PUT regions/mars-north-1', {}), { status: 404, body: { error: { code: 'NotFound' } } })
  const all = await manage(app, 'DELETE regions')
  t.notOk(JSON.stringify(all.body).includes('down'))
  await manage(app, 'PUT regions/us-west-2', { condition: 'down' })
  t.equal(
    (await app.send(`POST /_mrap/reset HTTP/1.1\r\nHost: ${app.host}\r\nContent-Length: 0\r\n\r\n`, 'POST')).status,
    204,
  )
  t.equal((await app.ask('GET /orders-usw2?list-type=2', { region: 'us-west-2' })).status, 200)
})

test('the clock of a Region is off: what it writes carries its time', async t => {
  const app = await startApp(t, { world: twoRegions })
  t.match(await manage(app, 'PUT regions/us-west-2', { skew: '-90s', latency: '2ms' }), {
    body: { skew: '-90s', latency: '2ms', data: 'up' },
  })
  t.equal((await app.ask('PUT /orders-usw2/k', { region: 'us-west-2', body: 'x' })).status, 200)
  t.equal((await app.ask('PUT /orders-euw1/k', { region: 'eu-west-1', body: 'x' })).status, 200)
  const off = await app.ask('HEAD /orders-usw2/k', { region: 'us-west-2' })
  t.equal(off.header('last-modified'), 'Wed, 31 Dec 2025 23:58:30 GMT')
  const right = await app.ask('HEAD /orders-euw1/k', { region: 'eu-west-1' })
  t.equal(right.header('last-modified'), 'Thu, 01 Jan 2026 00:00:00 GMT')
})
