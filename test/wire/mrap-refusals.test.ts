import { test } from 'tap'
import {
  type Ask,
  account,
  alias,
  bucket,
  keys,
  mrapArn,
  mrapHost,
  rootOf,
  startApp,
  twoRegions,
} from '../helpers/app.ts'
import { presignV4, presignV4a } from '../helpers/sign.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const mrap = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const

test('operations that take no MRAP', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /orders-usw2/source', { region: 'us-west-2', body: 'x' })
  const copy = { 'x-amz-copy-source': 'orders-usw2/source' }
  const rows: [name: string, line: string, ask?: Ask][] = [
    ['CopyObject', 'PUT /copy', { headers: copy }],
    ['UploadPartCopy', 'PUT /copy?partNumber=1&uploadId=u', { headers: copy }],
    ['DeleteObjects', 'POST /?delete', { body: '<Delete><Object><Key>source</Key></Object></Delete>' }],
    ['ListObjectVersions', 'GET /?versions'],
    ['GetBucketLocation', 'GET /?location'],
    ['GetObjectAttributes', 'GET /source?attributes'],
    ['GetObjectTorrent', 'GET /source?torrent'],
    ['SelectObjectContent', 'POST /source?select&select-type=2'],
    ['RenameObject', 'PUT /source?renameObject'],
    ['PostObject', 'POST /'],
    ['CreateBucket', 'PUT /'],
    ['DeleteBucket', 'DELETE /'],
    ['GetBucketVersioning', 'GET /?versioning'],
    [
      'PutBucketVersioning',
      'PUT /?versioning',
      { body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' },
    ],
    ['GetBucketPolicy', 'GET /?policy'],
    ['PutBucketPolicy', 'PUT /?policy', { body: '{}' }],
    ['DeleteBucketPolicy', 'DELETE /?policy'],
    ['GetBucketOwnershipControls', 'GET /?ownershipControls'],
    ['DeleteBucketOwnershipControls', 'DELETE /?ownershipControls'],
    ['GetPublicAccessBlock', 'GET /?publicAccessBlock'],
    ['DeletePublicAccessBlock', 'DELETE /?publicAccessBlock'],
    ['GetBucketRequestPayment', 'GET /?requestPayment'],
    ['GetObjectLockConfiguration', 'GET /?object-lock'],
    ['GetBucketAcl', 'GET /?acl'],
    ['GetBucketReplication', 'GET /?replication'],
    ['PutBucketTagging', 'PUT /?tagging', { body: '<Tagging><TagSet/></Tagging>' }],
  ]
  for (const [name, line, ask = {}] of rows) {
    const answer = await app.ask(line, { ...mrap, ...ask, headers: { ...mrap.headers, ...ask.headers } })
    const [method = ''] = line.split(' ')
    const hint = answer.header('x-mrap-hint') ?? ''
    t.ok(hint.startsWith(`${name} `), `${name}: hint "${hint}"`)
    t.equal(answer.header('x-mrap-served-by'), 'us-west-2', `${name}: served by`)
    t.match(answer.header('allow') ?? '', /^[A-Z, ]+$/, `${name}: Allow`)
    const message = 'The specified method is not allowed against this resource.'
    const fields = { Method: method, ResourceType: 'MULTIREGIONACCESSPOINT' }
    isRefusal(t, answer, { status: 405, code: 'MethodNotAllowed', message, fields }, name)
  }
  t.equal(
    (await app.ask('HEAD /orders-usw2/source', { region: 'us-west-2' })).status,
    200,
    'nothing happened to the bucket',
  )
  t.equal((await app.ask('HEAD /orders-usw2/copy', { region: 'us-west-2' })).status, 404)
  t.match((await app.ask('PUT /copy', { ...mrap, headers: copy })).header('x-mrap-hint'), /MRAP_ALLOW=CopyObject/)
})

test('HeadBucket and ListObjects are taken', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const head = await app.ask('HEAD /', mrap)
  t.equal(head.status, 200)
  t.strictSame(
    ['x-amz-bucket-region', 'x-amz-access-point-alias', 'x-amz-bucket-arn', 'x-mrap-served-by'].map(head.header),
    ['us-west-2', 'true', undefined, 'us-west-2'],
  )
  const list = await app.ask('GET /?max-keys=5', mrap)
  t.strictSame([list.status, textOf(list.text, 'Key')], [200, 'k'])
  t.equal(list.header('x-amz-bucket-region'), undefined)
  t.equal((await app.ask(`HEAD /${alias}`)).header('x-amz-bucket-region'), 'us-west-2', 'by path')
  const wrong = await app.ask('HEAD /', { ...mrap, sign: 'v4', region: 'us-east-1' })
  t.strictSame([wrong.status, wrong.header('x-amz-bucket-region'), wrong.body.length], [400, 'us-west-2', 0])
  const anonymous = await app.ask('HEAD /', { ...mrap, sign: 'none' })
  t.strictSame([anonymous.status, anonymous.header('x-amz-bucket-region')], [403, 'us-west-2'])
})

test('a request for nothing known is judged by its signature first', async t => {
  const app = await startApp(t, { world: twoRegions })
  const wrong = { ...mrap, sign: 'v4', region: 'us-east-1' } as const
  for (const line of ['POST /k?nothing', 'PUT /k?versions', 'DELETE /?location']) {
    isRefusal(t, await app.ask(line, wrong), { status: 400, code: 'AuthorizationHeaderMalformed' }, line)
  }
  isRefusal(t, await app.ask('POST /k?nothing', mrap), { status: 405, code: 'MethodNotAllowed' }, 'and then')
})

test('MRAP_ALLOW lets named operations in', async t => {
  const app = await startApp(t, { world: twoRegions, config: { allow: ['CopyObject', 'GetBucketVersioning'] } })
  await app.ask('PUT /orders-euw1/a%20source', { region: 'eu-west-1', body: 'hello' })
  const copied = await app.ask('PUT /copy', {
    ...mrap,
    headers: { ...mrap.headers, 'x-amz-copy-source': 'orders-euw1/a%20source' },
  })
  t.equal(copied.status, 200)
  t.equal(textOf(copied.text, 'ETag'), '&quot;5d41402abc4b2a76b9719d911017c592&quot;')
  t.equal((await app.ask('GET /orders-usw2/copy', { region: 'us-west-2' })).text, 'hello', 'in the Region routed to')
  t.equal((await app.ask('GET /?versioning', mrap)).status, 200)
  isRefusal(t, await app.ask('GET /?acl', mrap), { status: 405, code: 'MethodNotAllowed' }, 'what was not named')
})

test('an MRAP is never the source of a copy', async t => {
  const app = await startApp(t, { world: twoRegions, config: { allow: ['CopyObject'] } })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const sources = [
    `${mrapArn}/object/k`,
    `${mrapArn}/k`,
    encodeURIComponent(`${mrapArn}/object/k`),
    `arn:aws:s3::${account}:accesspoint:${alias}/object/k`,
    `${alias}/k`,
    `/${alias}/k`,
  ]
  for (const source of sources) {
    for (const [line, ask] of [
      ['PUT /orders-usw2/copy', { region: 'us-west-2' }],
      ['PUT /copy', mrap],
    ] as const) {
      const headers = { ...('headers' in ask ? ask.headers : {}), 'x-amz-copy-source': source }
      const answer = await app.ask(line, { ...ask, headers })
      isRefusal(t, answer, { status: 400, code: 'InvalidRequest', fields: {} }, `${line} from ${source}`)
      t.match(answer.header('x-mrap-hint'), /cannot be the source of a copy/)
    }
  }
  t.equal((await app.ask('HEAD /orders-usw2/copy', { region: 'us-west-2' })).status, 404)
})

test('who may not come in: anonymous, unknown key, unknown alias', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} }
  for (const line of ['GET /k', 'PUT /other', 'GET /?list-type=2', 'DELETE /k']) {
    isRefusal(
      t,
      await app.ask(line, { host: mrapHost, sign: 'none', body: line.startsWith('PUT') ? 'x' : '' }),
      denied,
      `anonymous ${line}`,
    )
  }
  isRefusal(
    t,
    await app.ask('GET /k', { ...mrap, as: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }),
    {
      status: 403,
      code: 'InvalidAccessKeyId',
      message: 'The AWS Access Key Id you provided does not exist in our records.',
      fields: { AWSAccessKeyId: 'AKIAUNKNOWN' },
    },
    'unknown key',
  )
  for (const host of ['nobody.mrap', 'noSuffix', 'orders-usw2', 'a.b.mrap']) {
    isRefusal(
      t,
      await app.ask('GET /k', { ...mrap, host: `${host}.accesspoint.s3-global.amazonaws.com` }),
      {
        status: 404,
        code: 'NoSuchMultiRegionAccessPoint',
        message: 'The specified Multi-Region Access Point does not exist.',
        fields: {},
      },
      host,
    )
  }
  t.equal((await app.ask('GET /k', mrap)).text, 'x')
  isRefusal(t, await app.ask('GET /other', mrap), { status: 404, code: 'NoSuchKey' }, 'nothing was stored')
})

test('plain SigV4 on the host of an MRAP is judged against the Region routed to', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const header = { 'x-mrap-client-region': 'us-west-2' }
  const answer = await app.ask('GET /k', { host: mrapHost, region: 'us-east-1', headers: header })
  isRefusal(
    t,
    answer,
    {
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'us-west-2'",
      fields: { Region: 'us-west-2' },
      headers: { 'x-mrap-served-by': 'us-west-2', 'x-amz-bucket-region': undefined },
    },
    'header',
  )
  t.match(answer.header('x-mrap-hint'), /SigV4A/)
  const presigned = (region: string) =>
    presignV4({ method: 'GET', target: '/k', host: mrapHost, headers: {} }, { keys, region, now: app.clock.now() })
  const query = await app.ask(`GET ${presigned('us-east-1')}`, { host: mrapHost, sign: 'none', headers: header })
  isRefusal(
    t,
    query,
    {
      status: 400,
      code: 'AuthorizationQueryParametersError',
      message: "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'us-west-2'",
      fields: { Region: 'us-west-2' },
    },
    'query',
  )
  t.equal((await app.ask('GET /k', { host: mrapHost, region: 'us-west-2', headers: header })).text, 'x')
  t.equal(
    (await app.ask(`GET ${presigned('us-west-2')}`, { host: mrapHost, sign: 'none', headers: header })).text,
    'x',
    'presigned for the right Region',
  )
})

test('the convenience addresses take SigV4 of any Region, and SigV4A', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const headers = { 'x-mrap-client-region': 'us-west-2' }
  const arn = encodeURIComponent(mrapArn)
  for (const [line, host] of [
    [`GET /${alias}/k`, undefined],
    [`GET /${arn}/k`, undefined],
    ['GET /k', `${alias}.localhost`],
  ] as const) {
    const to = host === undefined ? {} : { host }
    for (const region of ['us-east-1', 'us-west-2', 'eu-west-1', 'sa-east-1']) {
      t.equal((await app.ask(line, { ...to, region, headers })).text, 'x', `${line} ${region}`)
    }
    t.equal((await app.ask(line, { ...to, sign: 'v4a', headers })).text, 'x', `${line} SigV4A`)
    t.equal(
      (await app.ask(line, { ...to, sign: 'v4a', region: 'eu-west-1', headers })).text,
      'x',
      `${line} another Region set`,
    )
    const wrong = await app.ask(line, { ...to, headers, as: { accessKeyId: 'test', secretAccessKey: 'wrong' } })
    isRefusal(t, wrong, { status: 403, code: 'SignatureDoesNotMatch' }, `${line}, wrong secret`)
  }
})

test('on hosts of AWS an alias or an ARN is no bucket', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  const encoded = encodeURIComponent(mrapArn)
  const regional = 's3.us-west-2.amazonaws.com'
  const aliases: [line: string, host: string][] = [
    [`GET /${alias}/k`, regional],
    [`PUT /${alias}/k`, regional],
    [`GET /${alias}?list-type=2`, 's3.amazonaws.com'],
    ['GET /k', `${alias}.s3.amazonaws.com`],
    ['GET /k', `${alias}.s3.us-west-2.amazonaws.com`],
    ['GET /k', `${alias}.s3-us-west-2.amazonaws.com`],
    ['GET /k', `${alias}.s3.dualstack.us-west-2.amazonaws.com`],
  ]
  for (const [line, host] of aliases) {
    const region = host.includes('us-west-2') ? 'us-west-2' : 'us-east-1'
    const answer = await app.ask(line, { host, region })
    isRefusal(t, answer, { status: 404, code: 'NoSuchBucket', fields: { BucketName: alias } }, `${line} ${host}`)
    t.match(answer.header('x-mrap-hint'), mrapArn)
    t.match(answer.header('x-mrap-hint'), mrapHost)
  }
  for (const path of [encoded, mrapArn, mrapArn.replaceAll(':', '%3A')]) {
    const answer = await app.ask(`GET /${path}/k`, { host: regional, region: 'us-west-2' })
    isRefusal(t, answer, { status: 400, code: 'InvalidBucketName' }, path)
    t.match(answer.header('x-mrap-hint'), mrapHost)
  }
  const other = encodeURIComponent('arn:aws:s3:us-west-2:111122223333:accesspoint/plain')
  for (const host of [regional, app.host]) {
    const answer = await app.ask(`GET /${other}/k`, { host, region: 'us-west-2' })
    isRefusal(t, answer, { status: 400, code: 'InvalidBucketName' }, `an access point at ${host}`)
  }
  t.equal(
    (await app.ask('GET /k', { host: `${alias}.s3.us-west-2.localhost`, region: 'us-west-2' })).text,
    'x',
    'own name',
  )
})

test('Region sets', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  for (const region of ['*', 'us-west-2', 'eu-west-1,us-west-2', 'us-*', 'eu-*, us-west-*']) {
    t.equal((await app.ask('GET /k', { ...mrap, region })).text, 'x', region)
  }
  for (const region of ['eu-west-1', 'us-west-1,us-east-*', 'us-west', 'US-WEST-2']) {
    isRefusal(
      t,
      await app.ask('GET /k', { ...mrap, region }),
      {
        status: 400,
        code: 'AuthorizationHeaderMalformed',
        message: `The authorization header is malformed; the region set '${region}' is wrong; expecting 'us-west-2'`,
        fields: { Region: 'us-west-2' },
      },
      region,
    )
  }
  const scope = { keys, region: 'eu-west-1', now: app.clock.now() }
  const target = presignV4a({ method: 'GET', target: '/k', host: mrapHost, headers: {} }, scope)
  isRefusal(
    t,
    await app.ask(`GET ${target}`, { host: mrapHost, sign: 'none', headers: mrap.headers }),
    { status: 400, code: 'AuthorizationQueryParametersError', fields: { Region: 'us-west-2' } },
    'presigned',
  )
})

test('a bucket of another account that was deleted: traffic does not move away', async t => {
  const other = '111122223333'
  const world = {
    buckets: [bucket('orders-usw2', 'us-west-2', { account: other }), bucket('orders-euw1', 'eu-west-1')],
    multiRegionAccessPoints: [
      {
        name: 'orders-global',
        alias,
        buckets: [{ name: 'orders-usw2', account: other }, { name: 'orders-euw1' }],
        routes: {},
      },
    ],
  }
  const app = await startApp(t, { world })
  t.equal((await app.ask('DELETE /orders-usw2', { region: 'us-west-2', as: rootOf(other) })).status, 204)
  const gone = {
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist',
    fields: { BucketName: 'orders-usw2' },
  }
  isRefusal(t, await app.ask('GET /k', mrap), { ...gone, headers: { 'x-mrap-served-by': 'us-west-2' } }, 'deleted')
})
