import { test } from 'tap'
import { mrapArn, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { control, createBody, routesBody, tokenOf } from '../helpers/control.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'

const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

/** Counts statuses: `200 x 1, 412 x 9`. */
function tally(answers: readonly { readonly status: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('one of many conditional writes wins', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const size of [10, 100_000]) {
    const key = `${path}-${size}`
    const answers = await times(10, index =>
      app.ask(`PUT ${key}`, { ...west, headers: { 'If-None-Match': '*' }, body: String(index).repeat(size) }),
    )
    t.equal(tally(answers)['200'], 1, JSON.stringify(tally(answers)))
    t.equal(answers.filter(({ status }) => status === 412 || status === 409).length, 9)
    const winner = answers.findIndex(({ status }) => status === 200)
    t.equal((await app.ask(`GET ${key}`, west)).text, String(winner).repeat(size))
  }
})

test('of 32 writers that replace what they read, one wins each round', async t => {
  const app = await startApp(t, { world: twoRegions })
  let etag = (await app.ask(`PUT ${path}`, { ...west, body: 'round 0' })).header('etag') ?? ''
  for (let round = 1; round <= 5; round++) {
    const headers = { 'If-Match': etag }
    const answers = await times(32, index =>
      app.ask(`PUT ${path}`, { ...west, headers, body: `round ${round}, writer ${index}` }),
    )
    const counts = tally(answers)
    t.equal(counts['200'], 1, JSON.stringify(counts))
    t.equal((counts['412'] ?? 0) + (counts['409'] ?? 0), 31, JSON.stringify(counts))
    const winner = answers.findIndex(({ status }) => status === 200)
    const read = await app.ask(`GET ${path}`, west)
    t.equal(read.text, `round ${round}, writer ${winner}`)
    etag = read.header('etag') ?? ''
  }
  const deletes = await times(8, () => app.ask(`DELETE ${path}`, { ...west, headers: { 'If-Match': etag } }))
  t.equal(tally(deletes)['204'], 1, JSON.stringify(tally(deletes)))
})

test('one upload is completed once', async t => {
  const app = await startApp(t, { world: twoRegions })
  const uploadId = textOf((await app.ask(`POST ${path}?uploads`, west)).text, 'UploadId')
  const part = await app.ask(`PUT ${path}?partNumber=1&uploadId=${uploadId}`, { ...west, body: 'hello' })
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.header('etag')}</ETag></Part></CompleteMultipartUpload>`
  const answers = await times(5, () => app.ask(`POST ${path}?uploadId=${uploadId}`, { ...west, body }))
  t.strictSame(tally(answers), { 200: 5 }, 'the others answer as the first does')
  t.equal((await app.ask(`GET ${path}`, west)).text, 'hello')
  t.strictSame(textsOf((await app.ask('GET /orders-usw2?uploads', west)).text, 'UploadId'), [])
})

test('control requests at once', async t => {
  const app = await startApp(t, { world: twoRegions })
  const create = 'POST /async-requests/mrap/create'
  const same = await times(5, () => control(app, create, { body: createBody('same', ['orders-usw2'], 'token') }))
  t.equal(new Set(same.map(tokenOf)).size, 1, 'one ClientToken, one operation')
  const tokens = (
    await times(5, index => control(app, create, { body: createBody('name', ['orders-usw2'], `t${index}`) }))
  ).map(tokenOf)
  t.equal(new Set(tokens).size, 5)
  app.clock.advance(1000)
  const statuses = await times(5, async index => {
    const described = await control(app, `GET /async-requests/mrap/${tokens[index]}`)
    return textOf(described.text, 'RequestStatus')
  })
  t.strictSame(statuses.sort(), ['FAILED', 'FAILED', 'FAILED', 'FAILED', 'SUCCEEDED'], 'one name, one owner')
  const routes = `PATCH /mrap/instances/${mrapArn}/routes`
  const flips = await times(8, index =>
    control(app, routes, { body: routesBody({ [index % 2 === 0 ? 'us-west-2' : 'eu-west-1']: 0 }) }),
  )
  for (const { status } of flips) t.ok([200, 400, 409].includes(status))
  const shown = await control(app, `GET /mrap/instances/${mrapArn}/routes`)
  t.ok(textsOf(shown.text, 'TrafficDialPercentage').includes('100'), 'one Region stays active')
})

/** Begins a PUT and waits until the server wants its body. */
async function begin(app: TestApp, t: Parameters<typeof openConnection>[0], body: string) {
  const connection = openConnection(t, app.port)
  const headers = { Expect: '100-continue', 'Content-Length': String(body.length) }
  connection.send(
    requestBytes(
      `PUT ${path} HTTP/1.1`,
      await app.sign(`PUT ${path}`, { ...west, headers, payload: 'UNSIGNED-PAYLOAD' }),
    ),
  )
  await connection.next()
  connection.send(body.slice(0, body.length / 2))
  return { finish: () => connection.send(body.slice(body.length / 2)), answer: () => connection.next(), connection }
}

test('what happens while a body is on its way', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const size of [10, 300_000]) {
    await t.test(`the world is reset, ${size} bytes`, async t => {
      const slow = await begin(app, t, 'x'.repeat(size))
      t.equal((await app.ask('POST /_mrap/reset', { sign: 'none' })).status, 204)
      slow.finish()
      const { status } = await slow.answer()
      app.checkCodes()
      t.ok(status < 500, String(status))
      const head = await app.ask(`HEAD ${path}`, west)
      t.equal(head.status, status === 200 ? 200 : 404, 'stored if it was acknowledged')
    })
    await t.test(`the object is overwritten, ${size} bytes`, async t => {
      const slow = await begin(app, t, 'x'.repeat(size))
      t.equal((await app.ask(`PUT ${path}`, { ...west, body: 'meanwhile' })).status, 200)
      t.equal((await app.ask(`GET ${path}`, west)).text, 'meanwhile', 'half of it is not visible')
      slow.finish()
      t.equal((await slow.answer()).status, 200)
      t.equal((await app.ask(`GET ${path}`, west)).text, 'x'.repeat(size), 'the last one counts')
    })
    await t.test(`the client goes away, ${size} bytes`, async t => {
      await app.ask(`PUT ${path}`, { ...west, body: 'before' })
      const slow = await begin(app, t, 'x'.repeat(size))
      slow.connection.socket.destroy()
      await slow.connection.closed()
      t.equal((await app.ask(`GET ${path}`, west)).text, 'before')
    })
  }
})

test('the bucket goes away while a body is on its way', async t => {
  const app = await startApp(t, { world: { buckets: twoRegions.buckets ?? [] } })
  for (const size of [10, 300_000]) {
    const slow = await begin(app, t, 'x'.repeat(size))
    t.equal((await app.ask('DELETE /orders-usw2', west)).status, 204)
    slow.finish()
    isRefusal(t, await slow.answer(), { status: 404, code: 'NoSuchBucket' }, `${size} bytes`)
    const body =
      '<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>'
    t.equal((await app.ask('PUT /orders-usw2', { ...west, body })).status, 200)
    t.strictSame(textsOf((await app.ask('GET /orders-usw2?list-type=2', west)).text, 'Key'), [])
  }
})

test('a reader keeps what it began to read', async t => {
  const app = await startApp(t, { world: twoRegions })
  const size = 8 * 1024 * 1024
  await app.ask(`PUT ${path}`, { ...west, body: Buffer.alloc(size, 'a') })
  const reader = openConnection(t, app.port)
  reader.socket.pause()
  reader.send(requestBytes(`GET ${path} HTTP/1.1`, await app.sign(`GET ${path}`, west)))
  // The answer to another request shows that the first one is under way.
  t.equal((await app.ask(`HEAD ${path}`, west)).status, 200)
  t.equal((await app.ask(`PUT ${path}`, { ...west, body: 'b' })).status, 200)
  t.equal((await app.ask(`DELETE ${path}`, west)).status, 204)
  reader.socket.resume()
  const { status, body } = await reader.next()
  t.equal(status, 200)
  t.ok(body.equals(Buffer.alloc(size, 'a')), `whole and unmixed: ${body.length}`)
})
