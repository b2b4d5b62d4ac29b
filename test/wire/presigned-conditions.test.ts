import { test } from 'tap'
import { keys, startApp, twoRegions } from '../helpers/app.ts'
import { presignV4 } from '../helpers/sign.ts'

test('a presigned URL carries the conditions of a write', async t => {
  const app = await startApp(t, { world: twoRegions })
  const { host, clock } = app
  const etag = (await app.ask('PUT /orders-usw2/k', { region: 'us-west-2', body: 'one' })).header('etag') ?? ''
  const put = async (condition: string, body: string) => {
    const target = `/orders-usw2/k?${condition}`
    const url = presignV4({ method: 'PUT', target, host, headers: {} }, { keys, region: 'us-west-2', now: clock.now() })
    return (await app.ask(`PUT ${url}`, { sign: 'none', body })).status
  }
  t.equal(await put('If-None-Match=%2A', 'two'), 412)
  t.equal(await put('If-Match=d41d8cd98f00b204e9800998ecf8427e', 'two'), 412)
  t.equal(await put(`if-match=${etag.replaceAll('"', '')}`, 'two'), 200)
})
