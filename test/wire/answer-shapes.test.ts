import { test } from 'tap'
import { type Ask, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { type Answer, openConnection } from '../helpers/http.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const checksums = { 'x-amz-checksum-mode': 'ENABLED' }

/** An upload of one part, `hello`; its id and the document that completes it. */
async function uploadOf(app: TestApp, headers: Record<string, string> = {}) {
  const begun = await app.ask(`POST ${path}?uploads`, { ...west, headers })
  const id = textOf(begun.text, 'UploadId') ?? ''
  const part = await app.ask(`PUT ${path}?partNumber=1&uploadId=${id}`, {
    ...west,
    body: 'hello',
    headers: partHeaders(headers),
  })
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.header('etag')}</ETag></Part></CompleteMultipartUpload>`
  return { id, body }
}

/** A part says the checksum that its upload wants. */
function partHeaders({ 'x-amz-checksum-algorithm': algorithm }: Record<string, string>): Record<string, string> {
  if (algorithm === 'CRC32') return { 'x-amz-checksum-crc32': 'NhCmhg==' }
  return algorithm === 'CRC64NVME' ? { 'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=' } : {}
}

const complete = (app: TestApp, { id, body }: { id: string; body: string }, headers: Record<string, string> = {}) =>
  app.ask(`POST ${path}?uploadId=${id}`, { ...west, body, headers })

test('ListBuckets gives the owner first and takes an empty token', async t => {
  const app = await startApp(t, { world: twoRegions })
  const listed = await app.ask('GET /?prefix=orders&max-buckets=1')
  const [, names = ''] =
    /^<ListAllMyBucketsResult [^>]*>(.*)<\/ListAllMyBucketsResult>$/s.exec(listed.text.slice(declaration.length)) ?? []
  const outer = names.replace(/<Owner>.*?<\/Owner>/, '<Owner/>').replace(/<Buckets>.*?<\/Buckets>/, '<Buckets/>')
  t.match(outer, /^<Owner\/><Buckets\/><Prefix>orders<\/Prefix><ContinuationToken>[^<]+<\/ContinuationToken>$/)
  const all = await app.ask('GET /?continuation-token=')
  t.equal(all.status, 200)
  t.match(all.text, /<Name>orders-euw1<\/Name>.*<Name>orders-usw2<\/Name>/)
})

test('the location of a bucket in us-east-1 is one empty element', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /home')
  t.equal(
    (await app.ask('GET /home?location')).text,
    `${declaration}<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`,
  )
})

test('an empty policy is no JSON', async t => {
  const app = await startApp(t, { world: twoRegions })
  isRefusal(
    t,
    await app.ask('PUT /orders-usw2?policy', west),
    {
      status: 400,
      code: 'MalformedPolicy',
      message: "Policies must be valid JSON and the first byte must be '{'",
      fields: {},
    },
    'no body at all',
  )
})

test('attributes beyond the last part', async t => {
  const app = await startApp(t, { world: twoRegions })
  const upload = await uploadOf(app, { 'x-amz-checksum-algorithm': 'CRC32' })
  const withChecksum = upload.body.replace('</ETag>', '</ETag><ChecksumCRC32>NhCmhg==</ChecksumCRC32>')
  t.equal((await complete(app, { ...upload, body: withChecksum })).status, 200)
  const headers = { 'x-amz-object-attributes': 'ObjectParts', 'x-amz-part-number-marker': '7' }
  const { text } = await app.ask(`GET ${path}?attributes`, { ...west, headers })
  t.equal(textOf(text, 'PartNumberMarker'), '7')
  t.equal(textOf(text, 'NextPartNumberMarker'), '0')
  t.equal(textOf(text, 'IsTruncated'), 'false')
})

test('what Complete declares of the whole, of an upload without an algorithm', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const [headers, status] of [
    [{ 'x-amz-checksum-crc32': 'AAAAAA==' }, 200],
    [{ 'x-amz-checksum-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }, 200],
    [{ 'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=' }, 200],
    [{ 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 400],
  ] as const) {
    const answer = await complete(app, await uploadOf(app), headers)
    t.equal(answer.status, status, JSON.stringify(headers))
  }
  isRefusal(
    t,
    await complete(app, await uploadOf(app), {
      'x-amz-checksum-crc32': 'NhCmhg==',
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
    {
      status: 400,
      code: 'InvalidRequest',
      message:
        'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
    },
    'with a type',
  )
})

const checksumsOf = ({ headers }: Answer) => headers.filter(([name]) => /^x-amz-checksum/i.test(name))

test('a part of a FULL_OBJECT upload shows no checksum', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const headers of [
    {},
    { 'x-amz-checksum-algorithm': 'CRC64NVME' },
    { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' },
  ]) {
    t.equal((await complete(app, await uploadOf(app, headers))).status, 200)
    for (const method of ['GET', 'HEAD']) {
      const answer = await app.ask(`${method} ${path}?partNumber=1`, { ...west, headers: checksums })
      t.equal(answer.status, 206)
      t.same(checksumsOf(answer), [], `${method} ${JSON.stringify(headers)}`)
    }
    t.equal(
      (await app.ask(`GET ${path}`, { ...west, headers: checksums })).header('x-amz-checksum-type'),
      'FULL_OBJECT',
    )
  }
})

test('Content-Encoding beside aws-chunked stays as it was sent', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const [sent, stored] of [
    ['aws-chunked, deflate, gzip', 'deflate, gzip'],
    ['deflate, gzip, aws-chunked', 'deflate, gzip'],
    ['deflate,aws-chunked, gzip', 'deflate, gzip'],
    ['AWS-Chunked', undefined],
    ['deflate, gzip', 'deflate, gzip'],
  ] as const) {
    const ask: Ask = {
      ...west,
      body: '5\r\nhello\r\n0\r\n\r\n',
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'Content-Encoding': sent, 'x-amz-decoded-content-length': '5' },
    }
    t.equal((await app.ask(`PUT ${path}`, ask)).status, 200)
    const answer = await app.ask(`GET ${path}`, west)
    t.equal(answer.header('content-encoding'), stored, sent)
    t.equal(answer.text, 'hello')
  }
})

test('an answer says of the connection only that it closes', async t => {
  const app = await startApp(t, { world: twoRegions })
  const said = async (request: string) => {
    const connection = openConnection(t, app.port)
    connection.send(request)
    const answer = await connection.next()
    return [answer.header('connection'), answer.header('keep-alive') !== undefined]
  }
  const rest = `Host: ${app.host}\r\n`
  t.same(await said(`GET / HTTP/1.1\r\n${rest}\r\n`), [undefined, false])
  t.same(await said(`GET / HTTP/1.1\r\n${rest}Connection: close\r\n\r\n`), ['close', false])
  t.same(await said(`PUT / HTTP/1.1\r\n${rest}Content-Length: 9\r\n\r\n`), ['close', false], 'a body that nobody read')
  t.same(await said(`GET / HTTP/1.0\r\n${rest}\r\n`), ['close', false])
  t.same(
    await said(`GET / HTTP/1.0\r\n${rest}Connection: keep-alive\r\n\r\n`),
    ['keep-alive', true],
    'HTTP/1.0 asks for it',
  )
})
