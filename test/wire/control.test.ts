import { createHash } from 'node:crypto'
import { test } from 'tap'
import { account, alias, bucket, mrapArn, rootOf, startApp, twoRegions } from '../helpers/app.ts'
import {
  asynchronous,
  control,
  controlNamespace,
  createBody,
  describe,
  policyBody,
  tokenOf,
} from '../helpers/control.ts'
import { requestBytes } from '../helpers/http.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const create = 'POST /async-requests/mrap/create'
const list = 'GET /mrap/instances'
const wrapped = { envelope: 'wrapped' } as const

test('x-amz-account-id', async t => {
  const app = await startApp(t, { world: twoRegions })
  const missing = 'Missing required header for this request: x-amz-account-id'
  isRefusal(
    t,
    await app.ask('GET /v20180820/mrap/instances', { region: 'us-west-2' }),
    { status: 400, code: 'InvalidRequest', message: missing, fields: {}, ...wrapped },
    'missing',
  )
  for (const accountId of ['123', '1234567890123', 'abcdefghijkl', '', '00000000000a', "0' or 1=1--"]) {
    const answer = await control(app, list, { accountId })
    isRefusal(t, answer, { status: 400, code: 'InvalidRequest', fields: {}, ...wrapped }, `"${accountId}"`)
  }
  const other = await control(app, list, { accountId: '111122223333' })
  isRefusal(
    t,
    other,
    { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {}, ...wrapped },
    'another account',
  )
  t.match(other.header('x-mrap-hint'), /x-amz-account-id is 111122223333/)
  const stranger = await control(app, list, { as: rootOf('111122223333') })
  isRefusal(t, stranger, { status: 403, code: 'AccessDenied', ...wrapped }, 'the key of another account')
  isRefusal(
    t,
    await control(app, list, { sign: 'none' }),
    { status: 403, code: 'AccessDenied', ...wrapped },
    'anonymous',
  )
  const own = await control(app, list, { accountId: '111122223333', as: rootOf('111122223333') })
  t.strictSame([own.status, textsOf(own.text, 'Name')], [200, []], 'each account sees its own')
})

test('refusals wear the envelope of S3 Control', async t => {
  const app = await startApp(t, { world: twoRegions })
  const rows: [line: string, status: number, code: string, fields?: Record<string, string>][] = [
    ['GET /mrap/instances/nobody', 404, 'NoSuchMultiRegionAccessPoint', { Name: 'nobody' }],
    ['GET /mrap/instances/nobody/policy', 404, 'NoSuchMultiRegionAccessPoint', { Name: 'nobody' }],
    ['GET /mrap/instances/nobody/policystatus', 404, 'NoSuchMultiRegionAccessPoint', { Name: 'nobody' }],
    ['GET /mrap/instances/Bad_Name', 400, 'InvalidRequest'],
    [`GET /mrap/instances/${alias}`, 400, 'InvalidRequest'],
    ['GET /mrap/instances/orders-global/routes', 400, 'InvalidRequest'],
    ['GET /mrap/instances/abcdefghijklm.mrap/routes', 404, 'NoSuchMultiRegionAccessPoint'],
    [`GET /mrap/instances/arn:aws:s3::111122223333:accesspoint/${alias}/routes`, 404, 'NoSuchMultiRegionAccessPoint'],
    ['GET /async-requests/mrap/nothing', 400, 'InvalidRequest'],
    [
      `GET /async-requests/mrap/arn:aws:s3:us-west-2:${account}:async-request/mrap/create/unknown`,
      404,
      'NoSuchAsyncRequest',
    ],
    ['GET /nowhere', 501, 'NotImplemented'],
    ['GET /accesspoint/some', 501, 'NotImplemented'],
    ['PUT /mrap/instances/orders-global', 405, 'MethodNotAllowed', { Method: 'PUT' }],
    ['DELETE /mrap/instances/orders-global', 405, 'MethodNotAllowed', { Method: 'DELETE' }],
    ['GET /mrap/instances/%zz', 400, 'InvalidURI'],
  ]
  for (const [line, status, code, fields] of rows) {
    const answer = await control(app, line)
    isRefusal(t, answer, { status, code, ...(fields && { fields }), ...wrapped }, line)
  }
  const noRequest = 'The specified request was not found.'
  isRefusal(
    t,
    await describe(app, `arn:aws:s3:us-west-2:${account}:async-request/mrap/create/x`),
    { status: 404, code: 'NoSuchAsyncRequest', message: noRequest, fields: {}, ...wrapped },
    'unknown token',
  )
  isRefusal(
    t,
    await control(app, list, { as: { accessKeyId: 'test', secretAccessKey: 'wrong' } }),
    { status: 403, code: 'SignatureDoesNotMatch', ...wrapped },
    'signature',
  )
})

test('checksums on requests without a body', async t => {
  const app = await startApp(t, { world: twoRegions })
  const empty = createHash('md5').update('').digest('base64')
  const good: Record<string, string>[] = [
    {},
    { 'Content-MD5': empty },
    { 'x-amz-checksum-crc32': 'AAAAAA==' },
    { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' },
  ]
  for (const headers of good) t.equal((await control(app, list, { headers })).status, 200, JSON.stringify(headers))
  const bad: [Record<string, string>, string, string][] = [
    [
      { 'Content-MD5': 'XUFAKrxLKna5cZ2REBfFkg==' },
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    ],
    [{ 'Content-MD5': 'nonsense' }, 'InvalidDigest', 'The Content-MD5 you specified was invalid.'],
    [
      { 'x-amz-checksum-crc32': 'AAAAAQ==' },
      'BadDigest',
      'The CRC32 you specified did not match the calculated checksum.',
    ],
    [{ 'x-amz-checksum-crc32': 'AAAA' }, 'InvalidRequest', 'Value for x-amz-checksum-crc32 header is invalid.'],
  ]
  for (const [headers, code, message] of bad) {
    const expected = { status: 400, code, message, ...wrapped }
    isRefusal(t, await control(app, list, { headers }), expected, JSON.stringify(headers))
    const body = createBody('by-checksum', ['orders-usw2'], 'c')
    isRefusal(t, await control(app, create, { headers, body }), expected, `create ${JSON.stringify(headers)}`)
  }
  isRefusal(
    t,
    await control(app, 'GET /mrap/instances/by-checksum'),
    { status: 404, code: 'NoSuchMultiRegionAccessPoint', ...wrapped },
    'nothing was created',
  )
  const body = createBody('by-checksum', ['orders-usw2'], 'c')
  const md5 = createHash('md5').update(body).digest('base64')
  t.equal((await control(app, create, { headers: { 'Content-MD5': md5 }, body })).status, 200)
})

test('x-amz-content-sha256 is required and holds', async t => {
  const app = await startApp(t, { world: twoRegions })
  const body = createBody('by-hash', ['orders-usw2'], 'c')
  const signed = await app.sign('POST /v20180820/async-requests/mrap/create', {
    region: 'us-west-2',
    body,
    headers: { 'x-amz-account-id': account },
  })
  const line = 'POST /v20180820/async-requests/mrap/create HTTP/1.1'
  const without = signed.filter(([name]) => name !== 'x-amz-content-sha256')
  isRefusal(
    t,
    await app.send(requestBytes(line, without, body)),
    {
      status: 400,
      code: 'InvalidRequest',
      message: 'Missing required header for this request: x-amz-content-sha256',
      fields: {},
      ...wrapped,
    },
    'missing',
  )
  isRefusal(
    t,
    await app.send(requestBytes(line, signed, body.replace('by-hash', 'by-nash'))),
    { status: 400, code: 'XAmzContentSHA256Mismatch', ...wrapped },
    'another body',
  )
  for (const name of ['by-hash', 'by-nash']) {
    const shown = await control(app, `GET /mrap/instances/${name}`)
    isRefusal(t, shown, { status: 404, code: 'NoSuchMultiRegionAccessPoint', ...wrapped }, name)
  }
  t.equal((await app.send(requestBytes(line, signed, body))).status, 200)
})

test('ClientToken', async t => {
  const app = await startApp(t, { world: { buckets: [...(twoRegions.buckets ?? []), bucket('third', 'sa-east-1')] } })
  const conflict = {
    status: 409,
    code: 'ClientTokenConflict',
    message: 'Your Multi-Region Access Point client token is the same token that was used for a previous request.',
    fields: {},
    ...wrapped,
  }
  const made = tokenOf(await control(app, create, { body: createBody('one', ['orders-usw2'], 'token') }))
  t.equal(
    tokenOf(await control(app, create, { body: createBody('one', ['orders-usw2'], 'token') })),
    made,
    'while it runs',
  )
  app.clock.advance(1000)
  isRefusal(t, await control(app, create, { body: createBody('one', ['third'], 'token') }), conflict, 'other buckets')
  isRefusal(
    t,
    await control(app, create, { body: createBody('two', ['orders-usw2'], 'token') }),
    conflict,
    'another name',
  )

  const policy = (resource: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: resource }],
  })
  const put = 'POST /async-requests/mrap/put-policy'
  const first = tokenOf(await control(app, put, { body: policyBody('one', policy('a'), 'token') }))
  t.not(first, made, 'a token counts for one operation')
  t.equal(tokenOf(await control(app, put, { body: policyBody('one', policy('a'), 'token') })), first)
  isRefusal(t, await control(app, put, { body: policyBody('one', policy('b'), 'token') }), conflict, 'another policy')
  app.clock.advance(1000)
  t.equal(
    textOf((await describe(app, first)).text, 'Code'),
    'MalformedPolicy',
    'a foreign Resource fails in the background',
  )

  const remove = 'POST /async-requests/mrap/delete'
  const deleted = tokenOf(await control(app, remove, { body: asynchronous('Delete', 'token', '<Name>one</Name>') }))
  app.clock.advance(1000)
  t.equal(
    tokenOf(await control(app, remove, { body: asynchronous('Delete', 'token', '<Name>one</Name>') })),
    deleted,
    'after it is gone',
  )
  isRefusal(
    t,
    await control(app, remove, { body: asynchronous('Delete', 'token', '<Name>other</Name>') }),
    conflict,
    'delete another',
  )
  for (const token of ['', ' ', '\n\t']) {
    const body = createBody('three', ['orders-usw2'], token)
    isRefusal(
      t,
      await control(app, create, { body }),
      { status: 400, code: 'MalformedXML', ...wrapped },
      `token ${JSON.stringify(token)}`,
    )
  }
  isRefusal(
    t,
    await control(app, create, { body: createBody('three', ['orders-usw2'], 't'.repeat(65)) }),
    { status: 400, code: 'MalformedXML', ...wrapped },
    '65 characters',
  )
})

test('ARNs in the path, escaped and raw', async t => {
  const app = await startApp(t, { world: twoRegions })
  const forms = [mrapArn, mrapArn.replaceAll(':', '%3A'), encodeURIComponent(mrapArn), alias]
  for (const form of forms) {
    const shown = await control(app, `GET /mrap/instances/${form}/routes`)
    t.equal(textOf(shown.text, 'Mrap'), mrapArn, form)
  }
  const token = tokenOf(await control(app, create, { body: createBody('n-1', ['orders-usw2'], 'c') }))
  for (const form of [token, token.replaceAll(':', '%3A'), encodeURIComponent(token)]) {
    t.equal(textOf((await control(app, `GET /async-requests/mrap/${form}`)).text, 'RequestTokenARN'), token, form)
  }
  // Element order and a missing namespace mean nothing.
  const odd =
    `<CreateMultiRegionAccessPointRequest><Details><Regions><Region><Bucket>orders-euw1</Bucket></Region></Regions>` +
    '<Name>n-2</Name></Details><ClientToken>c2</ClientToken></CreateMultiRegionAccessPointRequest>'
  t.ok(tokenOf(await control(app, create, { body: odd })))
  t.match(odd, /^(?!.*xmlns)/)
  t.match((await control(app, 'GET /mrap/instances/n-2')).text, new RegExp(`xmlns="${controlNamespace}"`))
})

test('routes: what is refused changes nothing', async t => {
  const app = await startApp(t, { world: twoRegions })
  const path = `/mrap/instances/${mrapArn.replaceAll(':', '%3A')}/routes`
  const submit = (routes: string) =>
    control(app, `PATCH ${path}`, {
      body: `<SubmitMultiRegionAccessPointRoutesRequest xmlns="${controlNamespace}"><RouteUpdates>${routes}</RouteUpdates></SubmitMultiRegionAccessPointRoutesRequest>`,
    })
  const route = (inner: string, dial: string) =>
    `<Route>${inner}<TrafficDialPercentage>${dial}</TrafficDialPercentage></Route>`
  const region = (name: string) => `<Region>${name}</Region>`
  const rows: [string, string, string][] = [
    ['the dial at 10', route(region('us-west-2'), '10'), 'InvalidRequest'],
    ['at 101', route(region('us-west-2'), '101'), 'InvalidRequest'],
    ['at -1', route(region('us-west-2'), '-1'), 'InvalidRequest'],
    ['no number', route(region('us-west-2'), 'all'), 'MalformedXML'],
    ['no dial', `<Route>${region('us-west-2')}</Route>`, 'MalformedXML'],
    ['neither Bucket nor Region', route('', '0'), 'InvalidRequest'],
    ['a Region that is not in it', route(region('sa-east-1'), '0'), 'InvalidRequest'],
    ['a bucket that is not in it', route('<Bucket>other</Bucket>', '0'), 'InvalidRequest'],
    ['bucket and Region apart', route(`<Bucket>orders-euw1</Bucket>${region('us-west-2')}`, '0'), 'InvalidRequest'],
    ['contradiction', route(region('us-west-2'), '0') + route(region('us-west-2'), '100'), 'InvalidRequest'],
    ['good and bad', route(region('us-west-2'), '0') + route(region('eu-west-1'), '50'), 'InvalidRequest'],
  ]
  for (const [name, routes, code] of rows) {
    isRefusal(t, await submit(routes), { status: 400, code, ...wrapped }, name)
    const shown = await control(app, `GET ${path}`)
    t.strictSame(textsOf(shown.text, 'TrafficDialPercentage'), ['100', '100'], `${name}: unchanged`)
  }
  const done = await submit(route('<Bucket>orders-euw1</Bucket>', '0'))
  t.equal(done.status, 200, 'by Bucket, as the CLI does')
})
