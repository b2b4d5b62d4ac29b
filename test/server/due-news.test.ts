import { test } from 'tap'
import { always } from '../../src/server/option-values.ts'
import { alias, startApp, twoRegions } from '../helpers/app.ts'
import { asynchronous, control, createBody, routesBody } from '../helpers/control.ts'

test('what S3 Control did, and what became of it at its time', async t => {
  const config = { log: 'info', operationDelayMs: always(5000), routesDelayMs: always(60_000) } as const
  const app = await startApp(t, { world: twoRegions, config })
  const news = () =>
    app.lines.filter(line => line.startsWith('info')).map(line => line.replace(/^info +/, '').trimEnd())
  const list = () => control(app, 'GET /mrap/instances')
  const body = createBody('mine', ['orders-usw2'], 'token-1')
  await control(app, 'POST /async-requests/mrap/create', { body })
  t.match(
    news().at(-1),
    /^control CreateMultiRegionAccessPoint \/v20180820\/async-requests\/mrap\/create by 000000000000 -> 200$/,
  )
  app.clock.advance(5000)
  await list()
  t.match(news().at(-1), /^operation CreateMultiRegionAccessPoint mine succeeded$/)
  const deletion = asynchronous('Delete', 'token-2', '<Name>mine</Name>')
  await control(app, 'POST /async-requests/mrap/delete', { body: deletion })
  await control(app, 'POST /async-requests/mrap/delete', { body: deletion.replace('token-2', 'token-3') })
  app.clock.advance(5000)
  await list()
  t.match(news().join('\n'), /\noperation DeleteMultiRegionAccessPoint mine succeeded/)
  await control(app, `PATCH /mrap/instances/arn%3Aaws%3As3%3A%3A000000000000%3Aaccesspoint%2F${alias}/routes`, {
    body: routesBody({ 'eu-west-1': 0 }),
  })
  t.match(news().at(-1), /^routes \S+: eu-west-1 0 submitted, in effect at \d{4}-/)
  app.clock.advance(60_000)
  await list()
  t.match(news().at(-1), /^routes \S+: eu-west-1 0 in effect$/)
  await control(app, 'POST /async-requests/mrap/create', { body: createBody('other', ['nowhere'], 'token-4') })
  app.clock.advance(5000)
  await list()
  t.match(news().at(-1), /^operation CreateMultiRegionAccessPoint other failed: NoSuchBucket: /)
})

test('a request at debug: bucket, Region, reason, and where the client stands', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('GET /none', {
    host: `${alias}.accesspoint.s3-global.amazonaws.com`,
    sign: 'v4a',
    headers: { 'x-mrap-client-region': 'eu-west-2' },
  })
  t.match(
    app.lines.find(line => line.startsWith('debug')),
    /-> 404 GetObject bucket=orders-euw1 region=eu-west-1 reason=nearest-active client-region=eu-west-2 caller=000000000000 code=NoSuchKey/,
  )
})
