import { test } from 'tap'
import { always } from '../../src/server/option-values.ts'
import {
  type Ask,
  account,
  alias,
  bucket,
  keys,
  mrapArn,
  mrapHost,
  startApp,
  type TestApp,
  twoRegions,
} from '../helpers/app.ts'
import {
  asynchronous,
  control,
  createBody,
  createMrap,
  describe,
  policyBody,
  submitRoutes,
  tokenOf,
} from '../helpers/control.ts'
import { presignV4a } from '../helpers/sign.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

// mrap-spec, appendix B: what must work end to end, numbers as there.

const buckets = [bucket('orders-usw2', 'us-west-2'), bucket('orders-euw1', 'eu-west-1')]
const create = 'POST /async-requests/mrap/create'

/** Through the MRAP's own host, signed with SigV4A, from a client in `region`. */
function through(region: string, rest: Ask = {}): Ask {
  return { host: mrapHost, sign: 'v4a', ...rest, headers: { 'x-mrap-client-region': region, ...rest.headers } }
}

async function statusOf(app: TestApp, token: string): Promise<string | undefined> {
  return textOf((await describe(app, token)).text, 'RequestStatus')
}

test('1: create, poll, get', async t => {
  const app = await startApp(t, { world: { buckets } })
  const token = tokenOf(
    await control(app, create, { body: createBody('orders-global', ['orders-usw2', 'orders-euw1'], 'a') }),
  )
  t.match(token, new RegExp(`^arn:aws:s3:us-west-2:${account}:async-request/mrap/create/[A-Za-z0-9_-]{90,92}$`))

  t.equal(await statusOf(app, token), 'NEW')
  app.clock.advance(60)
  t.equal(await statusOf(app, token), 'INPROGRESS')
  const creating = await control(app, 'GET /mrap/instances/orders-global')
  t.equal(textOf(creating.text, 'Status'), 'CREATING')
  const newAlias = textOf(creating.text, 'Alias') ?? ''
  t.match(newAlias, /^m[a-z0-9]{12}\.mrap$/)
  const host = `${newAlias}.accesspoint.s3-global.amazonaws.com`
  isRefusal(
    t,
    await app.ask('GET /k', { host, sign: 'v4a' }),
    { status: 404, code: 'NoSuchMultiRegionAccessPoint' },
    'creating',
  )

  app.clock.advance(939)
  t.equal(await statusOf(app, token), 'INPROGRESS')
  app.clock.advance(1)
  const done = await describe(app, token)
  t.equal(
    done.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<DescribeMultiRegionAccessPointOperationResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><AsyncOperation>' +
      '<CreationTime>2026-01-01T00:00:00.000Z</CreationTime><Operation>CreateMultiRegionAccessPoint</Operation>' +
      `<RequestTokenARN>${token}</RequestTokenARN><RequestParameters><CreateMultiRegionAccessPointRequest>` +
      '<Name>orders-global</Name><PublicAccessBlock><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
      '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlock>' +
      '<Regions><Region><Bucket>orders-usw2</Bucket></Region><Region><Bucket>orders-euw1</Bucket></Region></Regions>' +
      '</CreateMultiRegionAccessPointRequest></RequestParameters><RequestStatus>SUCCEEDED</RequestStatus>' +
      '<ResponseDetails><MultiRegionAccessPointDetails><Regions>' +
      '<Region><Name>us-west-2</Name><RequestStatus>SUCCEEDED</RequestStatus></Region>' +
      '<Region><Name>eu-west-1</Name><RequestStatus>SUCCEEDED</RequestStatus></Region>' +
      '</Regions></MultiRegionAccessPointDetails></ResponseDetails>' +
      '</AsyncOperation></DescribeMultiRegionAccessPointOperationResult>',
  )
  t.equal(done.header('content-type'), 'application/xml')

  const shown = await control(app, 'GET /mrap/instances/orders-global')
  t.equal(
    shown.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<GetMultiRegionAccessPointResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><AccessPoint>' +
      `<Name>orders-global</Name><Alias>${newAlias}</Alias><CreatedAt>2026-01-01T00:00:00.000Z</CreatedAt>` +
      '<PublicAccessBlock><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
      '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlock>' +
      '<Status>READY</Status><Regions>' +
      `<Region><Bucket>orders-usw2</Bucket><Region>us-west-2</Region><BucketAccountId>${account}</BucketAccountId></Region>` +
      `<Region><Bucket>orders-euw1</Bucket><Region>eu-west-1</Region><BucketAccountId>${account}</BucketAccountId></Region>` +
      '</Regions></AccessPoint></GetMultiRegionAccessPointResult>',
  )
  const arn = `arn%3Aaws%3As3%3A%3A${account}%3Aaccesspoint/${newAlias}`
  const routes = await control(app, `GET /mrap/instances/${arn}/routes`)
  t.equal(
    routes.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<GetMultiRegionAccessPointRoutesResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">' +
      `<Mrap>arn:aws:s3::${account}:accesspoint/${newAlias}</Mrap><Routes>` +
      '<Route><Bucket>orders-usw2</Bucket><Region>us-west-2</Region><TrafficDialPercentage>100</TrafficDialPercentage></Route>' +
      '<Route><Bucket>orders-euw1</Bucket><Region>eu-west-1</Region><TrafficDialPercentage>100</TrafficDialPercentage></Route>' +
      '</Routes></GetMultiRegionAccessPointRoutesResult>',
  )
  t.equal((await app.ask('PUT /k', { host, sign: 'v4a', body: 'ready' })).status, 200)
})

test('2, 3, 4: duplicate name, repeated token, bad buckets', async t => {
  const world = { buckets: [...buckets, bucket('other-usw2', 'us-west-2'), bucket('no-mrap', 'mx-central-1')] }
  const app = await startApp(t, { world })
  const body = createBody('orders-global', ['orders-usw2'], 'first')
  const first = tokenOf(await control(app, create, { body }))
  app.clock.advance(1000)

  const failures: [name: string, bucketNames: string[], code: string][] = [
    ['orders-global', ['orders-euw1'], 'MultiRegionAccessPointAlreadyOwnedByYou'],
    ['same-region', ['orders-usw2', 'other-usw2'], 'MultiRegionAccessPointSameBucketRegion'],
    ['missing-bucket', ['orders-usw2', 'nowhere'], 'NoSuchBucket'],
    ['bad-region', ['no-mrap'], 'MultiRegionAccessPointUnsupportedRegion'],
  ]
  for (const [name, bucketNames, code] of failures) {
    const token = tokenOf(await control(app, create, { body: createBody(name, bucketNames, name) }))
    t.not(token, first)
    app.clock.advance(500)
    t.equal(await statusOf(app, token), 'INPROGRESS', `${code} comes in the background`)
    app.clock.advance(500)
    const { text } = await describe(app, token)
    t.equal(textOf(text, 'RequestStatus'), 'FAILED', code)
    t.equal(textOf(text, 'Code'), code)
    t.ok(textOf(text, 'Message'), `${code} has a message`)
    t.match(textOf(text, 'RequestId') ?? '', /^[0-9A-Z]{16}$/)
    if (name !== 'orders-global') {
      const shown = await control(app, `GET /mrap/instances/${name}`)
      isRefusal(t, shown, { ...noSuchMrap, fields: { Name: name } }, `${name} leaves nothing`)
    }
  }

  t.equal(tokenOf(await control(app, create, { body })), first, 'the same token with the same content')
  const other = await control(app, create, { body: createBody('orders-global', ['orders-euw1'], 'first') })
  isRefusal(t, other, { status: 409, code: 'ClientTokenConflict', envelope: 'wrapped', fields: {} }, 'other content')
})

const noSuchMrap = {
  status: 404,
  code: 'NoSuchMultiRegionAccessPoint',
  message: 'The specified Multi-Region Access Point does not exist.',
  envelope: 'wrapped',
} as const

test('5: a write stays where it landed', async t => {
  const app = await startApp(t, { world: twoRegions })
  const put = await app.ask('PUT /a.txt', through('us-west-2', { body: 'hello' }))
  t.equal(put.status, 200)
  t.equal(put.header('etag'), '"5d41402abc4b2a76b9719d911017c592"')
  t.equal(put.header('x-mrap-served-by'), 'us-west-2')
  t.equal(put.header('x-mrap-route-reason'), 'nearest-active')
  const missing = await app.ask('GET /a.txt', through('eu-west-1'))
  const noSuchKey = {
    status: 404,
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    fields: { Key: 'a.txt' },
  }
  isRefusal(t, missing, { ...noSuchKey, headers: { 'x-mrap-served-by': 'eu-west-1' } }, 'no second try elsewhere')
  t.equal((await app.ask('GET /a.txt', through('us-west-2'))).text, 'hello')
  t.equal((await app.ask('GET /orders-usw2/a.txt', { region: 'us-west-2' })).text, 'hello', 'directly')
})

test('7, 8: failover', async t => {
  const app = await startApp(t, { world: twoRegions, config: { routesDelayMs: always(120_000) } })
  await app.ask('PUT /orders-usw2/where', { region: 'us-west-2', body: 'west' })
  await app.ask('PUT /orders-euw1/where', { region: 'eu-west-1', body: 'ireland' })
  const where = async () => (await app.ask('GET /where', through('us-west-2'))).text
  const dials = async () => {
    const path = `/mrap/instances/${mrapArn.replaceAll(':', '%3A')}/routes`
    return textsOf((await control(app, `GET ${path}`)).text, 'TrafficDialPercentage')
  }
  t.equal(await where(), 'west')
  const submitted = await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  t.equal(submitted.status, 200)
  t.strictSame(await dials(), ['0', '100'], 'shown at once')
  app.clock.advance(119_999)
  t.equal(await where(), 'west', 'traffic has not moved yet')
  app.clock.advance(1)
  t.equal(await where(), 'ireland')
  const answer = await app.ask('HEAD /where', through('us-west-2'))
  t.equal(answer.header('x-mrap-served-by'), 'eu-west-1')
  t.equal(answer.header('x-mrap-route-reason'), 'only-active')
  t.equal((await app.ask('GET /orders-usw2/where', { region: 'us-west-2' })).text, 'west', 'a passive Region, directly')

  isRefusal(
    t,
    await submitRoutes(app, mrapArn, { 'us-west-2': 0, 'eu-west-1': 0 }),
    { status: 400, code: 'InvalidRequest', envelope: 'wrapped', fields: {} },
    'all passive',
  )
  t.strictSame(await dials(), ['0', '100'], 'nothing changed')
  app.clock.advance(240_000)
  t.equal(await where(), 'ireland')
})

test('9: create in another Region', async t => {
  const app = await startApp(t, { world: { buckets } })
  const answer = await control(app, create, {
    region: 'eu-west-1',
    body: createBody('orders-global', ['orders-usw2'], 'a'),
  })
  const message =
    'This API operation is only available in the following Regions: us-west-2. Make sure to send all future requests to a supported Region.'
  isRefusal(t, answer, { status: 301, code: 'PermanentRedirect', message, fields: {}, envelope: 'wrapped' }, 'create')
  t.equal(answer.header('location'), undefined)
  isRefusal(t, await control(app, 'GET /mrap/instances/orders-global'), noSuchMrap, 'nothing was created')
})

test('10: an upload lives where it began', async t => {
  const app = await startApp(t, { world: twoRegions })
  const begun = await app.ask('POST /big.bin?uploads', through('us-west-2'))
  const uploadId = textOf(begun.text, 'UploadId') ?? ''
  t.equal(
    begun.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Bucket>orders-usw2</Bucket><Key>big.bin</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
  )
  const part = `PUT /big.bin?partNumber=1&uploadId=${uploadId}`
  const complete = `POST /big.bin?uploadId=${uploadId}`
  const etag = '&quot;5d41402abc4b2a76b9719d911017c592&quot;'
  const list = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  const strayed: [string, Ask][] = [
    [part, { body: 'hello' }],
    [`GET /big.bin?uploadId=${uploadId}`, {}],
    [complete, { body: list }],
    [`DELETE /big.bin?uploadId=${uploadId}`, {}],
  ]
  for (const [line, ask] of strayed) {
    isRefusal(
      t,
      await app.ask(line, through('us-west-2', ask)),
      {
        status: 404,
        code: 'NoSuchUpload',
        message:
          'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        fields: { UploadId: uploadId },
        headers: { 'x-mrap-served-by': 'eu-west-1' },
      },
      line.slice(0, 8),
    )
  }
  const uploads = await app.ask('GET /?uploads', through('us-west-2'))
  t.strictSame(textsOf(uploads.text, 'UploadId'), [], 'the routed bucket has no uploads')

  await submitRoutes(app, mrapArn, { 'us-west-2': 100 })
  t.equal((await app.ask(part, through('us-west-2', { body: 'hello' }))).status, 200, 'after fail-back')
  const completed = await app.ask(complete, through('us-west-2', { body: list }))
  t.equal(completed.status, 200)
  t.equal(textOf(completed.text, 'Location'), `https://${mrapHost}/big.bin`)
  t.equal(textOf(completed.text, 'Bucket'), 'orders-usw2')
  t.equal((await app.ask('GET /big.bin', through('us-west-2'))).text, 'hello')
})

test('11: a policy counts when it is established', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /secret/a', through('us-west-2', { body: 'x' }))
  const deny = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${mrapArn}/object/secret/*` }],
  }
  const put = 'POST /async-requests/mrap/put-policy'
  const token = tokenOf(await control(app, put, { body: policyBody('orders-global', deny, 'p') }))
  app.clock.advance(999)
  const read = () => app.ask('GET /secret/a', through('us-west-2'))
  t.equal((await read()).status, 200, 'proposed')
  const proposed = await control(app, 'GET /mrap/instances/orders-global/policy')
  t.notMatch(proposed.text, /<Established>/)
  t.match(proposed.text, /<Proposed><Policy>\{/)
  app.clock.advance(1)
  t.equal(await statusOf(app, token), 'SUCCEEDED')
  isRefusal(t, await read(), { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} }, 'established')
  const text = JSON.stringify(deny).replaceAll('"', '&quot;')
  const established = await control(app, 'GET /mrap/instances/orders-global/policy')
  t.equal(
    established.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<GetMultiRegionAccessPointPolicyResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Policy>' +
      `<Established><Policy>${text}</Policy></Established><Proposed><Policy>${text}</Policy></Proposed>` +
      '</Policy></GetMultiRegionAccessPointPolicyResult>',
  )
  t.equal((await app.ask('GET /orders-usw2/secret/a', { region: 'us-west-2' })).status, 200, 'not on the bucket itself')
})

test('12, 13, 14: delete and recreate', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /a.txt', through('us-west-2', { body: 'x' }))
  const remove = (name: string, region: string) => app.ask(`DELETE /${name}`, { region })
  isRefusal(
    t,
    await remove('orders-euw1', 'eu-west-1'),
    {
      status: 400,
      code: 'BucketHasAccessPointsAttached',
      message: 'Bucket has access points attached and cannot be deleted.',
    },
    'attached',
  )
  const body = asynchronous('Delete', 'd', '<Name>orders-global</Name>')
  const token = tokenOf(await control(app, 'POST /async-requests/mrap/delete', { body }))
  app.clock.advance(999)
  t.equal(textOf((await control(app, 'GET /mrap/instances/orders-global')).text, 'Status'), 'DELETING')
  t.equal((await app.ask('GET /a.txt', through('us-west-2'))).status, 200, 'serves until it is gone')
  isRefusal(
    t,
    await remove('orders-euw1', 'eu-west-1'),
    { status: 400, code: 'BucketHasAccessPointsAttached' },
    'deleting',
  )
  app.clock.advance(1)
  t.equal(await statusOf(app, token), 'SUCCEEDED')
  isRefusal(t, await control(app, 'GET /mrap/instances/orders-global'), noSuchMrap, 'gone')
  const listed = await control(app, 'GET /mrap/instances')
  t.notMatch(listed.text, /orders-global/)
  const gone = { status: 404, code: 'NoSuchMultiRegionAccessPoint', fields: {} }
  isRefusal(t, await app.ask('GET /a.txt', through('us-west-2')), gone, 'data, after deletion')
  t.equal((await app.ask('GET /orders-usw2/a.txt', { region: 'us-west-2' })).status, 200, 'objects are untouched')
  t.equal((await remove('orders-euw1', 'eu-west-1')).status, 204, 'an empty bucket can be deleted again')

  const newAlias = await createMrap(app, 'orders-global', ['orders-usw2'])
  t.not(newAlias, alias)
  isRefusal(t, await app.ask('GET /a.txt', through('us-west-2')), gone, 'the old alias')
  const host = `${newAlias}.accesspoint.s3-global.amazonaws.com`
  t.equal((await app.ask('GET /a.txt', { host, sign: 'v4a' })).text, 'x')
})

test('15: presigned', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /dir/a.txt', through('us-east-1', { body: 'hello' }))
  const scope = { keys, region: '*', now: app.clock.now() }
  const target = presignV4a({ method: 'GET', target: '/dir/a.txt', host: mrapHost, headers: {} }, scope, 60)
  const get = (url: string, host = mrapHost) => app.ask(`GET ${url}`, { host, sign: 'none' })
  t.equal((await get(target)).text, 'hello')
  app.clock.advance(60_000)
  t.equal((await get(target)).status, 200, 'in its last second')

  const tampered: [string, string, string?][] = [
    ['another key', target.replace('/dir/a.txt', '/dir/b.txt')],
    ['another life', target.replace('X-Amz-Expires=60', 'X-Amz-Expires=61')],
    ['another parameter', `${target}&versionId=null`],
    ['another host', target, 'abcdefghijklm.mrap.accesspoint.s3-global.amazonaws.com'],
  ]
  for (const [name, url, host] of tampered) {
    const answer = await get(url, host)
    if (host) isRefusal(t, answer, { status: 404, code: 'NoSuchMultiRegionAccessPoint' }, name)
    else isRefusal(t, answer, { status: 403, code: 'SignatureDoesNotMatch', fields: signatureFields }, name)
  }
  app.clock.advance(1)
  isRefusal(
    t,
    await get(target),
    {
      status: 403,
      code: 'AccessDenied',
      message: 'Request has expired',
      fields: { 'X-Amz-Expires': '60', Expires: '2026-01-01T00:01:00Z', ServerTime: '2026-01-01T00:01:00Z' },
    },
    'expired',
  )
})

const signatureFields = {
  AWSAccessKeyId: 'test',
  StringToSign: undefined,
  SignatureProvided: undefined,
  StringToSignBytes: undefined,
  CanonicalRequest: undefined,
  CanonicalRequestBytes: undefined,
}
