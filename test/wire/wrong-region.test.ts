import { test } from 'tap'
import { type Ask, keys, startApp, twoRegions } from '../helpers/app.ts'
import { control, createBody, routesBody } from '../helpers/control.ts'
import { requestBytes } from '../helpers/http.ts'
import { presignV4 } from '../helpers/sign.ts'
import { isRefusal } from '../helpers/xml.ts'

test('a bucket asked for in another Region', async t => {
  const app = await startApp(t, { world: twoRegions })
  const redirect = {
    status: 301,
    code: 'PermanentRedirect',
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    headers: { 'x-amz-bucket-region': 'us-west-2', location: undefined },
  }
  const rows: [line: string, ask: Ask, endpoint: string][] = [
    ['GET /orders-usw2/k', { region: 'us-east-1' }, app.host],
    ['PUT /orders-usw2/k', { region: 'eu-west-1', body: 'x' }, app.host],
    ['GET /orders-usw2/k', { host: 's3.amazonaws.com', region: 'us-east-1' }, 's3.us-west-2.amazonaws.com'],
    [
      'GET /orders-usw2?list-type=2',
      { host: 's3.eu-west-1.amazonaws.com', region: 'eu-west-1' },
      's3.us-west-2.amazonaws.com',
    ],
    ['GET /orders-usw2/k', { host: 's3.eu-west-1.amazonaws.com', region: 'us-west-2' }, 's3.us-west-2.amazonaws.com'],
    [
      'GET /k',
      { host: 'orders-usw2.s3.eu-west-1.amazonaws.com', region: 'eu-west-1' },
      'orders-usw2.s3.us-west-2.amazonaws.com',
    ],
    [
      'GET /k',
      { host: 'orders-usw2.s3-external-1.amazonaws.com', region: 'us-east-1' },
      'orders-usw2.s3.us-west-2.amazonaws.com',
    ],
    ['GET /k', { host: 'orders-usw2.localhost:4566', region: 'sa-east-1' }, 'orders-usw2.localhost:4566'],
    [
      'GET /k',
      { host: 'orders-usw2.s3.eu-west-1.mrap-local:4566', region: 'eu-west-1' },
      'orders-usw2.s3.us-west-2.mrap-local:4566',
    ],
    ['GET /orders-usw2/k', { host: 's3-eu-west-1.localhost', region: 'eu-west-1' }, 's3-us-west-2.localhost'],
  ]
  for (const [line, ask, endpoint] of rows) {
    const fields = { Endpoint: endpoint, Bucket: 'orders-usw2' }
    isRefusal(t, await app.ask(line, ask), { ...redirect, fields }, `${line} ${ask.host} ${ask.region}`)
  }
  const head = await app.ask('HEAD /orders-usw2', { region: 'us-east-1' })
  t.equal(head.status, 301)
  t.equal(head.header('x-amz-bucket-region'), 'us-west-2')
  t.equal(head.body.length, 0)
  t.equal((await app.ask('HEAD /orders-usw2/k', { region: 'us-west-2' })).status, 404, 'nothing was stored')
})

test('the right host, the wrong Region in the scope', async t => {
  const app = await startApp(t, { world: twoRegions })
  const host = 's3.us-west-2.amazonaws.com'
  const wrong = "the region 'us-east-1' is wrong; expecting 'us-west-2'"
  const headers = { 'x-amz-bucket-region': 'us-west-2' }
  isRefusal(
    t,
    await app.ask('GET /orders-usw2/k', { host, region: 'us-east-1' }),
    {
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      message: `The authorization header is malformed; ${wrong}`,
      fields: { Region: 'us-west-2' },
      headers,
    },
    'header',
  )
  const target = presignV4(
    { method: 'GET', target: '/orders-usw2/k', host, headers: {} },
    { keys, region: 'us-east-1', now: app.clock.now() },
  )
  isRefusal(
    t,
    await app.ask(`GET ${target}`, { host, sign: 'none' }),
    {
      status: 400,
      code: 'AuthorizationQueryParametersError',
      message: `Error parsing the X-Amz-Credential parameter; ${wrong}`,
      fields: { Region: 'us-west-2' },
      headers,
    },
    'query',
  )
  const noRegion = { status: 400, code: 'AuthorizationHeaderMalformed', fields: { Region: 'us-west-2' }, headers }
  for (const region of ['aws-global', 'mars-1']) {
    isRefusal(t, await app.ask('GET /orders-usw2/k', { region }), noRegion, `scope "${region}"`)
  }
  // One client leaves the Region empty.
  const signed = await app.sign('GET /orders-usw2/k', { region: 'mars-1' })
  const empty = signed.map(([name, value]) => [name, value.replace('/mars-1/', '//')] as const)
  isRefusal(t, await app.send(requestBytes('GET /orders-usw2/k HTTP/1.1', empty)), noRegion, 'an empty Region')
  const create = await app.ask('PUT /new-bucket', { region: 'aws-global' })
  isRefusal(
    t,
    create,
    {
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      message: "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'",
      fields: { Region: 'us-east-1' },
    },
    'CreateBucket',
  )
})

test('control: both kinds of 301', async t => {
  const app = await startApp(t, { world: twoRegions })
  const sentence = (regions: string) =>
    `This API operation is only available in the following Regions: ${regions}. Make sure to send all future requests to a supported Region.`
  const redirect = { status: 301, code: 'PermanentRedirect', envelope: 'wrapped', fields: {} } as const
  const west = sentence('us-west-2')
  const body = createBody('name-1', ['orders-usw2'], 'c')
  const inWest: [line: string, body?: string][] = [
    ['POST /async-requests/mrap/create', body],
    ['POST /async-requests/mrap/delete', body],
    ['POST /async-requests/mrap/put-policy', body],
    ['GET /async-requests/mrap/arn:aws:s3:us-west-2:000000000000:async-request/mrap/create/x'],
    ['GET /mrap/instances'],
    ['GET /mrap/instances/orders-global'],
    ['GET /mrap/instances/orders-global/policy'],
    ['GET /mrap/instances/orders-global/policystatus'],
  ]
  for (const [line, sent = ''] of inWest) {
    for (const region of ['us-east-1', 'eu-west-1']) {
      isRefusal(
        t,
        await control(app, line, { region, body: sent }),
        { ...redirect, message: west },
        `${line} ${region}`,
      )
    }
  }
  const five = sentence('us-east-1, us-west-2, ap-southeast-2, ap-northeast-1, eu-west-1')
  const routes = '/mrap/instances/arn%3Aaws%3As3%3A%3A000000000000%3Aaccesspoint/mfzwi23gnjvgw.mrap/routes'
  for (const region of ['us-east-2', 'eu-central-1']) {
    isRefusal(t, await control(app, `GET ${routes}`, { region }), { ...redirect, message: five }, `get ${region}`)
    const dials = routesBody({ 'us-west-2': 0 })
    isRefusal(
      t,
      await control(app, `PATCH ${routes}`, { region, body: dials }),
      { ...redirect, message: five },
      `submit ${region}`,
    )
  }
  for (const region of ['us-east-1', 'us-west-2', 'ap-southeast-2', 'ap-northeast-1', 'eu-west-1']) {
    const shown = await control(app, `GET ${routes}`, { region })
    t.equal(shown.status, 200, region)
    t.notMatch(shown.text, />0</, 'nothing was changed')
  }
  const head = await control(app, 'GET /mrap/instances', {
    host: '000000000000.s3-control.us-east-1.amazonaws.com',
    region: 'us-east-1',
  })
  isRefusal(t, head, { ...redirect, message: west }, 'by host')
})
