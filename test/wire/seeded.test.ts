import { test } from 'tap'
import { alias, bucket, mrapHost, startApp } from '../helpers/app.ts'
import { control, createBody } from '../helpers/control.ts'

const world = {
  buckets: [
    bucket('orders-usw2', 'us-west-2', { versioning: 'Enabled' }),
    bucket('orders-euw1', 'eu-west-1', { versioning: 'Enabled' }),
  ],
  multiRegionAccessPoints: [
    { name: 'orders', alias, buckets: [{ name: 'orders-usw2' }, { name: 'orders-euw1' }], routes: {} },
  ],
} as const

test('the same seed and requests, the same bytes; another seed, others', async t => {
  const run = async (seed: string | undefined) => {
    const app = await startApp(t, { world, config: { seed } })
    const through = { host: mrapHost, sign: 'v4a' } as const
    const answers = [
      await app.ask('PUT /k', { ...through, body: 'text' }),
      await app.ask('GET /?list-type=2', through),
      await app.ask('GET /none', through),
      await app.ask('POST /orders-usw2/big?uploads', { region: 'us-west-2' }),
      await control(app, 'POST /async-requests/mrap/create', { body: createBody('second', ['orders-usw2'], 'token') }),
      await control(app, 'GET /mrap/instances'),
    ]
    return answers.map(({ status, headers, text }) => ({ status, headers, text }))
  }
  const [first, same, other, none] = [await run('one'), await run('one'), await run('two'), await run(undefined)]
  t.strictSame(same, first)
  t.not(JSON.stringify(other), JSON.stringify(first))
  t.not(JSON.stringify(none), JSON.stringify(first))
})
