import { test } from 'tap'
import type { Delay } from '../../src/protocol/clock.ts'
import { bucket, startApp, twoRegions } from '../helpers/app.ts'
import { isWellFormed, textOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'

/** Every second is over at once: before the store, a thread of its own, can have answered. */
const flying: Delay = (_milliseconds, run) => {
  queueMicrotask(run)
  return () => {}
}

/** No second ever ends. */
const standing: Delay = () => () => {}

const early = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n +</

test('a copy that takes long begins to answer before it is done', async t => {
  const app = await startApp(t, { world: twoRegions, delay: flying })
  await app.ask(`PUT ${path}`, { ...west, body: 'x'.repeat(300_000) })
  // Another algorithm: the bytes are read through.
  const headers = { 'x-amz-copy-source': path, 'x-amz-checksum-algorithm': 'SHA256' }
  const answer = await app.ask('PUT /orders-usw2/copy', { ...west, headers })
  t.equal(answer.status, 200)
  t.match(answer.text, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n +<CopyObjectResult /)
  t.ok(isWellFormed(answer.text))
  t.match(answer.text, /<ChecksumSHA256>/)
  t.equal(answer.header('transfer-encoding'), 'chunked')
  t.equal(answer.header('content-type'), 'application/xml')
  t.ok(answer.header('x-amz-request-id'))
  t.equal((await app.ask('GET /orders-usw2/copy', west)).body.length, 300_000)
})

test('so do a completion and the copy of a part', async t => {
  const app = await startApp(t, { world: twoRegions, delay: flying })
  await app.ask(`PUT ${path}`, { ...west, body: 'x'.repeat(300_000) })
  const id = textOf((await app.ask(`POST ${path}?uploads`, west)).text, 'UploadId') ?? ''
  const headers = { 'x-amz-copy-source': path, 'x-amz-copy-source-range': 'bytes=0-9' }
  const part = await app.ask(`PUT ${path}?partNumber=1&uploadId=${id}`, { ...west, headers })
  t.match(part.text, early)
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${textOf(part.text, 'ETag')}</ETag></Part></CompleteMultipartUpload>`
  const done = await app.ask(`POST ${path}?uploadId=${id}`, { ...west, body })
  t.equal(done.status, 200)
  t.match(done.text, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n +<CompleteMultipartUploadResult /)
  t.equal((await app.ask(`GET ${path}`, west)).text, 'xxxxxxxxxx')
})

test('a failure after that stands in the body of the 200', async t => {
  const app = await startApp(t, { world: twoRegions, delay: flying })
  await app.ask(`PUT ${path}`, { ...west, body: 'hello' })
  await app.ask('PUT /orders-usw2/there', { ...west, body: 'x' })
  const headers = { 'x-amz-copy-source': path, 'If-None-Match': '*' }
  const answer = await app.ask('PUT /orders-usw2/there', { ...west, headers })
  t.equal(answer.status, 200)
  t.match(answer.text, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n +<Error><Code>PreconditionFailed<\/Code>/)
  t.match(answer.text, `<RequestId>${answer.header('x-amz-request-id')}</RequestId>`)
  t.ok(isWellFormed(answer.text))
  t.equal((await app.ask('GET /orders-usw2/there', west)).text, 'x')
})

test('what is known in time is answered as ever', async t => {
  const app = await startApp(t, {
    world: { buckets: [bucket('b', 'us-west-2', { versioning: 'Enabled' })] },
    delay: standing,
  })
  await app.ask('PUT /b/k', { ...west, body: 'hello' })
  const headers = { 'x-amz-copy-source': 'b/k' }
  const copied = await app.ask('PUT /b/copy', { ...west, headers })
  t.ok(copied.header('x-amz-version-id'))
  t.ok(copied.header('content-length'))
  t.equal((await app.ask('PUT /b/copy', { ...west, headers: { 'x-amz-copy-source': 'b/none' } })).status, 404)
  const failed = await app.ask('PUT /b/copy', { ...west, headers: { ...headers, 'If-None-Match': '*' } })
  t.equal(failed.status, 412)
})

test('nothing else answers early', async t => {
  const app = await startApp(t, { world: twoRegions, delay: flying })
  const put = await app.ask(`PUT ${path}`, { ...west, body: 'x'.repeat(300_000) })
  t.equal(put.header('content-length'), '0')
  t.ok(put.header('etag'))
})
