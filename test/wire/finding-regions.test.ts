import { test } from 'tap'
import { type Ask, alias, keys, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { formOf, formType, signed } from '../helpers/forms.ts'
import { presignV4 } from '../helpers/sign.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

test('the global name of a bucket leads to its own Region', async t => {
  const app = await startApp(t, { world: twoRegions })
  const rows: [host: string, region: string][] = [
    ['orders-usw2.s3.amazonaws.com', 'us-west-2'],
    ['orders-euw1.s3.amazonaws.com', 'eu-west-1'],
    ['orders-euw1.s3-accelerate.amazonaws.com', 'eu-west-1'],
  ]
  for (const [host, region] of rows) {
    t.equal((await app.ask('PUT /k', { host, region, body: region })).status, 200, host)
    const target = presignV4({ method: 'GET', target: '/k', host, headers: {} }, { keys, region, now: app.clock.now() })
    t.equal((await app.ask(`GET ${target}`, { host, sign: 'none' })).text, region, 'presigned')
    const wrong = await app.ask('GET /k', { host, region: 'us-east-1' })
    const refusal = {
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      message: `The authorization header is malformed; the region 'us-east-1' is wrong; expecting '${region}'`,
      fields: { Region: region },
      headers: { 'x-amz-bucket-region': region },
    }
    isRefusal(t, wrong, refusal, `${host} signed for us-east-1`)
  }
  t.equal((await app.ask('PUT /', { host: 'brand-new.s3.amazonaws.com' })).status, 200, 'no bucket: us-east-1')
  t.equal((await app.ask('HEAD /brand-new')).header('x-amz-bucket-region'), 'us-east-1')
})

test('GetBucketLocation is answered wherever it is asked by path', async t => {
  const app = await startApp(t, { world: twoRegions })
  const isFound = async (ask: Ask, line = 'GET /orders-euw1?location') => {
    const answer = await app.ask(line, ask)
    t.strictSame(
      [answer.status, textOf(answer.text, 'LocationConstraint')],
      [200, 'eu-west-1'],
      `${ask.host} ${ask.region}`,
    )
  }
  for (const region of ['us-east-1', 'eu-west-1', 'us-west-2']) await isFound({ region })
  for (const host of ['s3.amazonaws.com', 's3.us-west-2.amazonaws.com', 's3.eu-west-1.amazonaws.com', 's3.localhost']) {
    await isFound({ host, region: 'us-east-1' })
  }
  await isFound({ host: 's3.us-west-2.amazonaws.com', region: 'us-west-2' })
  await isFound({ host: 'orders-euw1.s3.amazonaws.com', region: 'eu-west-1' }, 'GET /?location')
  const malformed = { status: 400, code: 'AuthorizationHeaderMalformed', fields: { Region: 'eu-west-1' } }
  for (const host of [
    'orders-euw1.s3.amazonaws.com',
    'orders-euw1.s3.eu-west-1.amazonaws.com',
    'orders-euw1.localhost',
  ]) {
    isRefusal(t, await app.ask('GET /?location', { host, region: 'us-east-1' }), malformed, host)
  }
  isRefusal(t, await app.ask('GET /orders-euw1?location', { region: 'aws-global' }), malformed, 'no Region')
  const wrong = { accessKeyId: 'test', secretAccessKey: 'wrong' }
  isRefusal(
    t,
    await app.ask('GET /orders-euw1?location', { as: wrong }),
    { status: 403, code: 'SignatureDoesNotMatch' },
    'the signature is verified',
  )
  isRefusal(
    t,
    await app.ask('GET /orders-euw1?location', { host: 's3.us-west-2.amazonaws.com', region: 'sa-east-1' }),
    { status: 400, code: 'AuthorizationHeaderMalformed', fields: { Region: 'us-west-2' } },
    'a Region that is neither called nor us-east-1',
  )
})

test('HeadBucket names the Region on every answer', async t => {
  const app = await startApp(t, { world: twoRegions })
  const rows: [ask: Ask, status: number, line?: string][] = [
    [{ region: 'eu-west-1' }, 200],
    [{ region: 'us-east-1' }, 301],
    [{ host: 's3.us-west-2.amazonaws.com', sign: 'none' }, 301],
    [{ sign: 'none' }, 403],
    [{ region: 'eu-west-1', as: { accessKeyId: 'test', secretAccessKey: 'wrong' } }, 403],
    [{ region: 'eu-west-1', as: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }, 403],
    [{ sign: 'none', headers: { Authorization: 'AWS4-HMAC-SHA256 nonsense' } }, 400],
    [{ host: 'orders-euw1.s3.amazonaws.com', region: 'us-east-1' }, 400, 'HEAD /'],
    [{ host: 'orders-euw1.s3.amazonaws.com', sign: 'none' }, 403, 'HEAD /'],
  ]
  for (const [ask, status, line = 'HEAD /orders-euw1'] of rows) {
    const answer = await app.ask(line, ask)
    const regions = answer.headers.filter(([name]) => name.toLowerCase() === 'x-amz-bucket-region')
    t.strictSame([answer.status, regions], [status, [['x-amz-bucket-region', 'eu-west-1']]], JSON.stringify(ask))
  }
  t.equal((await app.ask('HEAD /nothing-here')).header('x-amz-bucket-region'), undefined)
})

test('a request for nothing known: a signature for another Region is answered first', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const line of ['POST /orders-euw1/k?nothing', 'PATCH /orders-euw1/k', 'PUT /orders-euw1?versions']) {
    const elsewhere = await app.ask(line, { region: 'us-west-2' })
    isRefusal(t, elsewhere, { status: 301, code: 'PermanentRedirect' }, line)
    const here = await app.ask(line, { region: 'eu-west-1' })
    t.ok([405, 501].includes(here.status), `${line}: ${here.status}`)
    t.equal((await app.ask(line, { sign: 'none' })).status, here.status, 'anonymous')
  }
})

test('answers name what the client used: name space, scheme and port', async t => {
  const app = await startApp(t, { world: twoRegions })
  const complete = async (path: string, ask: Ask) => {
    const id = textOf((await app.ask(`POST ${path}?uploads`, ask)).text, 'UploadId')
    const part = await app.ask(`PUT ${path}?partNumber=1&uploadId=${id}`, { ...ask, body: 'x' })
    const list = `<Part><PartNumber>1</PartNumber><ETag>${part.header('etag')}</ETag></Part>`
    const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`
    return textOf((await app.ask(`POST ${path}?uploadId=${id}`, { ...ask, body })).text, 'Location')
  }
  const west = { region: 'us-west-2' }
  const { port, host: address } = app
  const v4a = { host: mrapHost, sign: 'v4a' } as const
  const rows: [path: string, ask: Ask, location: string][] = [
    ['/orders-usw2/a/b', west, `http://${address}/orders-usw2/a%2Fb`],
    ['/a/b', { ...west, host: `orders-usw2.localhost:${port}` }, `http://orders-usw2.localhost:${port}/a%2Fb`],
    ['/orders-usw2/k', { ...west, host: 'emulator:4566' }, 'http://emulator:4566/orders-usw2/k'],
    [`/${alias}/k`, west, `http://${address}/${alias}/k`],
    ['/k', { ...west, host: `${alias}.localhost:${port}` }, `http://${alias}.localhost:${port}/k`],
    ['/k', v4a, `https://${mrapHost}/k`],
    [
      '/orders-usw2/k',
      { ...west, host: 's3.us-west-2.amazonaws.com' },
      'https://orders-usw2.s3.us-west-2.amazonaws.com/k',
    ],
  ]
  for (const [path, ask, location] of rows) t.equal(await complete(path, ask), location, location)

  const created = async (host: string, line = 'PUT /fresh-euw1') => {
    const body =
      '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
    const answer = await app.ask(line, { region: 'eu-west-1', host, body })
    return answer.header('location')
  }
  t.equal(await created(address), `http://${address}/fresh-euw1/`)
  t.equal(await created('fresh-2.localhost:4566', 'PUT /'), 'http://fresh-2.localhost:4566/')
  t.equal(await created('s3.eu-west-1.amazonaws.com', 'PUT /fresh-3'), 'http://fresh-3.s3.amazonaws.com/')

  const posted = async (host: string, path: string) => {
    const body = formOf(signed(app, { key: 'a/b', success_action_status: '201' }))
    const answer = await app.ask(`POST ${path}`, { host, sign: 'none', headers: { 'Content-Type': formType }, body })
    return [answer.status, answer.header('location'), textOf(answer.text, 'Location')]
  }
  for (const [host, path, location] of [
    [address, '/orders-usw2', `http://${address}/orders-usw2/a%2Fb`],
    ['orders-usw2.s3.amazonaws.com', '/', 'https://orders-usw2.s3.amazonaws.com/a%2Fb'],
  ] as const) {
    t.strictSame(await posted(host, path), [201, location, location], host)
  }
})
