import t from 'tap'
import { alias, bucket, mrapHost, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { type Fields, formOf, formType, signed } from '../helpers/forms.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { isRefusal } from '../helpers/xml.ts'

const post = (app: TestApp, target: string, body: string, headers: Fields = {}, host?: string) =>
  app.ask(`POST ${target}`, {
    sign: 'none',
    body,
    headers: { 'Content-Type': formType, ...headers },
    ...(host && { host }),
  })

t.test('a signed form stores its file', async t => {
  const app = await startApp(t, { world: twoRegions })
  const answer = await post(app, '/orders-usw2', formOf(signed(app, { key: 'k', 'Content-Type': 'text/plain' })))
  t.equal(answer.status, 204)
  t.equal(answer.header('content-type'), undefined)
  t.equal(answer.header('x-mrap-served-by'), 'us-west-2')
  const got = await app.ask('GET /orders-usw2/k', { region: 'us-west-2' })
  t.equal(got.text, 'hello')
  t.equal(got.header('content-type'), 'text/plain')
  const large = 'x'.repeat(2_000_000)
  t.equal((await post(app, '/orders-usw2/', formOf(signed(app, { key: 'large' }), large))).status, 204)
  t.equal((await app.ask('GET /orders-usw2/large', { region: 'us-west-2' })).text, large)
})

t.test('refusals, on a connection that stays in step', async t => {
  const app = await startApp(t, {
    world: { ...twoRegions, buckets: [...(twoRegions.buckets ?? []), bucket('euc1', 'eu-central-1')] },
  })
  const good = () => formOf(signed(app, { key: 'k' }))
  const denied = { status: 403, code: 'AccessDenied' }
  isRefusal(
    t,
    await post(app, '/orders-usw2', formOf({ key: 'k' })),
    { ...denied, message: 'Access Denied' },
    'anonymous',
  )
  isRefusal(
    t,
    await post(app, '/orders-usw2', formOf({ ...signed(app, { key: 'k' }), acl: 'private' })),
    {
      ...denied,
      message: 'Invalid according to Policy: Extra input fields: acl',
    },
    'a field too many',
  )
  isRefusal(t, await post(app, '/nowhere', good()), { status: 404, code: 'NoSuchBucket' }, 'no bucket')
  isRefusal(
    t,
    await post(app, '/orders-euw1', good()),
    { status: 301, code: 'PermanentRedirect' },
    'the Region of the scope was called',
  )
  isRefusal(
    t,
    await post(app, '/', good(), {}, 'orders-euw1.s3.eu-west-1.amazonaws.com'),
    {
      status: 400,
      code: 'InvalidArgument',
      message: "the region 'us-west-2' is wrong; expecting 'eu-west-1'",
      fields: { ArgumentName: 'X-Amz-Credential', ArgumentValue: undefined, Region: 'eu-west-1' },
    },
    'the Region of the host is right',
  )
  isRefusal(
    t,
    await post(app, '/orders-usw2', good(), { 'Content-Type': 'text/html' }),
    {
      status: 412,
      code: 'PreconditionFailed',
      fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    },
    'no form',
  )
  isRefusal(
    t,
    await post(app, '/orders-usw2', good(), { 'x-amz-acl': 'public-read' }),
    {
      status: 501,
      code: 'NotImplemented',
      fields: { Header: 'x-amz-acl' },
    },
    'a header for a field',
  )
  isRefusal(
    t,
    await post(app, '/orders-usw2', good(), { 'x-amz-expected-bucket-owner': '999999999999' }),
    denied,
    'another owner',
  )
  const v2 = { key: 'k', AWSAccessKeyId: 'test', signature: 'x', policy: 'e30=' }
  isRefusal(
    t,
    await post(app, '/euc1', formOf(v2)),
    { status: 400, code: 'InvalidRequest' },
    'Version 2 in a later Region',
  )
  isRefusal(t, await post(app, '/orders-usw2', formOf(v2)), { status: 403, code: 'SignatureDoesNotMatch' }, 'Version 2')
  for (const [target, host] of [
    ['/', mrapHost],
    [`/${alias}`, app.host],
  ] as const) {
    isRefusal(
      t,
      await post(app, target, good(), {}, host),
      { status: 405, code: 'MethodNotAllowed' },
      `through an MRAP at ${host}`,
    )
  }
  const connection = openConnection(t, app.port)
  const ask = (body: string) =>
    requestBytes(
      'POST /orders-usw2 HTTP/1.1',
      [
        ['Host', app.host],
        ['Content-Type', formType],
        ['Content-Length', String(Buffer.byteLength(body))],
      ],
      body,
    )
  for (const [body, status] of [
    [formOf({ key: 'k' }, 'x'.repeat(50_000)), 403],
    [good(), 204],
    ['x', 400],
    [good(), 204],
  ] as const) {
    connection.send(ask(body))
    const answer = await connection.next('POST')
    t.equal(answer.status, status)
    if (answer.header('connection') === 'close') break
  }
})

t.test('a form that breaks off', async t => {
  const app = await startApp(t, { world: twoRegions })
  const whole = formOf(signed(app, { key: 'k' }), 'x'.repeat(100))
  const connection = openConnection(t, app.port)
  connection.send(
    requestBytes(
      'POST /orders-usw2 HTTP/1.1',
      [
        ['Host', app.host],
        ['Content-Type', formType],
        ['Content-Length', String(whole.length)],
      ],
      whole.slice(0, -90),
    ),
  )
  connection.socket.end()
  await connection.next('POST').then(
    answer => t.equal(answer.status, 400),
    () => t.pass('hung up'),
  )
  isRefusal(
    t,
    await post(app, '/orders-usw2', whole.slice(0, -4)),
    { status: 400, code: 'MalformedPOSTRequest' },
    'no end',
  )
  t.equal((await app.ask('HEAD /orders-usw2/k', { region: 'us-west-2' })).status, 404)
})

t.test('a client that waits for 100 gets it before the form is read', async t => {
  const app = await startApp(t, { world: twoRegions })
  const body = formOf(signed(app, { key: 'k' }))
  const connection = openConnection(t, app.port)
  const headers = [
    ['Host', app.host],
    ['Content-Type', formType],
    ['Content-Length', String(body.length)],
    ['Expect', '100-continue'],
  ] as const
  connection.send(requestBytes('POST /orders-usw2 HTTP/1.1', headers))
  t.equal((await connection.next('POST')).status, 100)
  connection.send(body)
  t.equal((await connection.next('POST')).status, 204)
})
