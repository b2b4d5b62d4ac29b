import { test } from 'tap'
import { bucket, mrapHost, rootOf, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'
const mrap = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const

const begin = async (app: TestApp, target = path) =>
  textOf((await app.ask(`POST ${target}?uploads`, west)).text, 'UploadId') ?? ''
const put = (app: TestApp, id: string, body: string, number = 1) =>
  app.ask(`PUT ${path}?partNumber=${number}&uploadId=${id}`, { ...west, body })
const document = (etag: string | undefined) =>
  `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
const complete = (app: TestApp, id: string, etag: string | undefined) =>
  app.ask(`POST ${path}?uploadId=${id}`, { ...west, body: document(etag) })

const noSuchUpload = {
  status: 404,
  code: 'NoSuchUpload',
  message:
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
}

test('a part copied from an object: who may read the source, and through an MRAP', async t => {
  const other = '111122223333'
  const buckets = [...(twoRegions.buckets ?? []), bucket('theirs', 'us-west-2', { account: other })]
  const app = await startApp(t, { world: { ...twoRegions, buckets }, config: { allow: ['UploadPartCopy'] } })
  await app.ask('PUT /theirs/a', { ...west, body: '0123456789', as: rootOf(other) })
  const id = await begin(app)
  const target = `PUT ${path}?partNumber=1&uploadId=${id}`
  const headers = { 'x-amz-copy-source': 'theirs/a', 'x-amz-copy-source-range': 'bytes=2-4' }
  isRefusal(t, await app.ask(target, { ...west, headers }), { status: 403, code: 'AccessDenied' }, 'not allowed')
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::000000000000:root' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::theirs/*',
      },
    ],
  })
  t.equal((await app.ask('PUT /theirs?policy', { ...west, body: policy, as: rootOf(other) })).status, 204)
  const copied = await app.ask(target, { ...west, headers })
  t.equal(copied.status, 200, copied.text)
  const through = await app.ask(`PUT /k?partNumber=1&uploadId=${id}`, {
    ...mrap,
    headers: { ...mrap.headers, ...headers },
  })
  t.equal(through.status, 200, 'MRAP_ALLOW lets it in')
  t.equal((await complete(app, id, textOf(through.text, 'ETag'))).status, 200)
  t.equal((await app.ask(`GET ${path}`, west)).text, '234')
})

test('where an object made through an MRAP is', async t => {
  const app = await startApp(t, { world: twoRegions })
  const id = textOf((await app.ask('POST /a%2Fb?uploads', mrap)).text, 'UploadId')
  const part = await app.ask(`PUT /a%2Fb?partNumber=1&uploadId=${id}`, { ...mrap, body: 'hello' })
  const done = await app.ask(`POST /a%2Fb?uploadId=${id}`, { ...mrap, body: document(part.header('etag')) })
  t.strictSame(
    ['Location', 'Bucket', 'Key'].map(name => textOf(done.text, name)),
    [`https://${mrapHost}/a%2Fb`, 'orders-usw2', 'a/b'],
  )
})

test('an upload belongs to its key and its bucket', async t => {
  const app = await startApp(t, { world: twoRegions })
  const id = await begin(app)
  const east = { region: 'eu-west-1' } as const
  for (const [target, ask] of [
    [`/orders-usw2/other?uploadId=${id}`, west],
    [`/orders-euw1/k?uploadId=${id}`, east],
    ['/orders-usw2/k?uploadId=unknown', west],
    ['/orders-usw2/k?uploadId=', west],
  ] as const) {
    const [place = '', query = ''] = target.split('?')
    const part = `PUT ${place}?partNumber=1&${query}`
    const lines: [string, string?][] = [
      [`GET ${target}`],
      [part, 'hello'],
      [`POST ${target}`, document('"x"')],
      [`DELETE ${target}`],
    ]
    for (const [line, body = ''] of lines) isRefusal(t, await app.ask(line, { ...ask, body }), noSuchUpload, line)
  }
  t.equal((await put(app, id, 'hello')).status, 200, 'it is there all the same')
})

test('Complete, Abort and parts at once: one of them ends the upload, and the rest see it ended', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (let round = 0; round < 8; round++) {
    const id = await begin(app)
    const etag = (await put(app, id, 'hello')).header('etag')
    const [first, second, abort, late, replaced] = await Promise.all([
      complete(app, id, etag),
      complete(app, id, etag),
      app.ask(`DELETE ${path}?uploadId=${id}`, west),
      put(app, id, 'late', 2),
      put(app, id, 'other'),
    ])
    const isDone = first.status === 200
    const isReplaced = textOf(first.text, 'Code') === 'InvalidPart'
    t.match(abort.status, isDone ? 404 : 204)
    if (isDone) t.equal(second.text.replaceAll(/<RequestId>.*/g, ''), first.text)
    else t.match(textOf(first.text, 'Code'), isReplaced ? 'InvalidPart' : 'NoSuchUpload')
    for (const part of [late, replaced]) t.ok(part.status === 200 || textOf(part.text, 'Code') === 'NoSuchUpload')
    isRefusal(t, await put(app, id, 'too late'), noSuchUpload, 'ended')
    const object = await app.ask(`GET ${path}`, west)
    t.equal(object.status === 200 ? object.text : object.status, isDone ? 'hello' : 404)
    await app.ask(`DELETE ${path}`, west)
  }
  t.strictSame(textsOf((await app.ask('GET /orders-usw2?uploads', west)).text, 'UploadId'), [])
})

test('open uploads go with their bucket', async t => {
  const app = await startApp(t, { world: { buckets: [bucket('orders-usw2', 'us-west-2')] } })
  const id = await begin(app)
  await put(app, id, 'hello')
  t.equal((await app.ask('DELETE /orders-usw2', west)).status, 204)
  await app.ask('PUT /orders-usw2', {
    ...west,
    body: '<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>',
  })
  isRefusal(t, await put(app, id, 'hello'), noSuchUpload, 'the bucket of that name is another')
  t.strictSame(textsOf((await app.ask('GET /orders-usw2?uploads', west)).text, 'UploadId'), [])
})
