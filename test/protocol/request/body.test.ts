import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { crc32 } from 'node:zlib'
import t from 'tap'
import { errors } from '../../../src/protocol/errors.ts'
import { incomingBody, readAll, requireLength } from '../../../src/protocol/request/body.ts'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import type { SignatureClaim } from '../../../src/protocol/signature/claim.ts'
import { type RequestParts, rawRequest, refusal, rejection } from '../signature/requests.ts'

const hello = 'Hello S3!'
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
const hash = (name: string, text: string) => createHash(name).update(text).digest('hex')
const md5 = base64(hash('md5', hello))
const crc = base64(crc32(hello).toString(16).padStart(8, '0'))

function claim(payload: SignatureClaim['payload'], via: SignatureClaim['via'] = 'header'): SignatureClaim {
  return {
    via,
    algorithm: 'AWS4-HMAC-SHA256',
    accessKeyId: 'AKIDEXAMPLE',
    scopeDate: '20260101',
    region: 'us-east-1',
    regionSet: undefined,
    service: 's3',
    amzDate: '20260101T000000Z',
    signedAt: 0,
    expiresSeconds: undefined,
    signedHeaders: ['host'],
    signature: '',
    sessionToken: undefined,
    payload,
    payloadHash: '',
  }
}
const unsigned = claim({ kind: 'unsigned' })
const trailing = claim({ kind: 'chunked', signed: false, trailer: true })

function body(headers: HeaderPairs, parts: RequestParts = { body: hello }, by: SignatureClaim | undefined = unsigned) {
  return incomingBody(rawRequest({ method: 'PUT', target: '/k', headers, ...parts }), by, undefined)
}

const framed = (trailer: string) => `9\r\n${hello}\r\n0\r\n${trailer}\r\n`
const chunkedHeaders: HeaderPairs = [
  ['Transfer-Encoding', 'chunked'],
  ['Content-Encoding', 'aws-chunked'],
  ['x-amz-decoded-content-length', '9'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
]

t.test('what the headers say', async t => {
  t.match(body([], {}), {
    declaredLength: undefined,
    isPresent: false,
    requiredDigests: [],
    declaredAlgorithm: undefined,
  })
  t.match(body([['Content-Length', '0']], {}), { declaredLength: 0, isPresent: false })
  t.match(body([['Content-Length', '9']]), { declaredLength: 9, isPresent: true })
  t.match(body([['Transfer-Encoding', 'chunked']]), { declaredLength: undefined, isPresent: true })
  const declared = body([
    ['Content-Length', '9'],
    ['Content-MD5', md5],
    ['x-amz-checksum-crc32', crc],
  ])
  t.strictSame([...declared.requiredDigests].sort(), ['crc32', 'md5'])
  t.equal(declared.declaredAlgorithm, 'CRC32')
  t.strictSame(body([], {}, claim({ kind: 'hash', sha256: '00' })).requiredDigests, ['sha256'])
  t.match(body(chunkedHeaders, {}, trailing), {
    declaredLength: 9,
    isPresent: true,
    requiredDigests: ['crc32'],
    declaredAlgorithm: 'CRC32',
  })
})

t.test('plain bodies are read and verified', async t => {
  const signed = claim({ kind: 'hash', sha256: hash('sha256', hello) })
  const headers: HeaderPairs = [
    ['Content-Length', '9'],
    ['Content-MD5', md5],
    ['x-amz-checksum-crc32', crc],
  ]
  t.equal(
    (await readAll(body(headers, { body: [Buffer.from('Hello'), Buffer.from(' S3!')] }, signed), 9)).toString(),
    hello,
  )
  t.strictSame(body(headers).verify({ md5: Buffer.from(md5, 'base64'), crc32: Buffer.from(crc, 'base64') }), {
    algorithm: 'CRC32',
    type: 'FULL_OBJECT',
    value: crc,
  })
  t.equal(body([['Content-Length', '9']]).verify({}), undefined)
  t.throws(() => body(headers).verify({}), /md5 was not computed/, 'a reader that forgot a digest is a bug')
})

t.test('plain bodies that are not what was declared', async t => {
  const sha256 = hash('sha256', 'other')
  const cases: readonly (readonly [string, HeaderPairs, SignatureClaim, string, string])[] = [
    [
      'another hash',
      [],
      claim({ kind: 'hash', sha256 }),
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ],
    [
      'another MD5',
      [['Content-MD5', base64(hash('md5', ''))]],
      unsigned,
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    ],
    [
      'another CRC32',
      [['x-amz-checksum-crc32', 'AAAAAA==']],
      unsigned,
      'BadDigest',
      'The CRC32 you specified did not match the calculated checksum.',
    ],
    [
      'another CRC32C',
      [['x-amz-checksum-crc32c', 'AAAAAA==']],
      unsigned,
      'BadDigest',
      'The CRC32C you specified did not match the calculated checksum.',
    ],
    [
      'another CRC64NVME',
      [['x-amz-checksum-crc64nvme', 'AAAAAAAAAAA=']],
      unsigned,
      'BadDigest',
      'The CRC64NVME you specified did not match the calculated checksum.',
    ],
    [
      'another SHA1',
      [['x-amz-checksum-sha1', base64(hash('sha1', ''))]],
      unsigned,
      'BadDigest',
      'The SHA1 you specified did not match the calculated checksum.',
    ],
    [
      'another SHA256',
      [['x-amz-checksum-sha256', base64(sha256)]],
      unsigned,
      'BadDigest',
      'The SHA256 you specified did not match the calculated checksum.',
    ],
    [
      'fewer bytes',
      [['Content-Length', '10']],
      unsigned,
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    ],
    [
      'more bytes',
      [['Content-Length', '8']],
      unsigned,
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    ],
  ]
  for (const [name, headers, by, code, message] of cases) {
    t.match(await rejection(readAll(body(headers, { body: hello }, by), 100)), { code, status: 400, message }, name)
  }
  const mismatch = await rejection(readAll(body([], { body: hello }, claim({ kind: 'hash', sha256 })), 100))
  t.strictSame(mismatch?.fields, {
    ClientComputedContentSHA256: sha256,
    S3ComputedContentSHA256: hash('sha256', hello),
  })
  const wrongMd5: HeaderPairs = [['Content-MD5', base64(hash('md5', ''))]]
  const fieldsAt = async (target: string) =>
    (await rejection(readAll(body(wrongMd5, { body: hello, target }), 100)))?.fields
  t.strictSame(await fieldsAt('/k'), { ExpectedDigest: hash('md5', ''), CalculatedDigest: md5 })
  t.strictSame(await fieldsAt('/k?partNumber=1&uploadId=u'), {
    ExpectedDigest: base64(hash('md5', '')),
    CalculatedDigest: md5,
  })
})

t.test('aws-chunked bodies', async t => {
  const read = (trailer: string, headers = chunkedHeaders) =>
    readAll(body(headers, { body: framed(trailer) }, trailing), 100)
  t.equal((await read(`x-amz-checksum-crc32:${crc}\r\n`)).toString(), hello)
  t.match(await rejection(read('x-amz-checksum-crc32:AAAAAA==\r\n')), {
    code: 'BadDigest',
    message: 'The CRC32 you specified did not match the calculated checksum.',
  })
  t.match(await rejection(read('x-amz-checksum-crc32:AAAA\r\n')), {
    code: 'InvalidRequest',
    message: 'Value for x-amz-checksum-crc32 header is invalid.',
  })
  t.equal((await rejection(read('')))?.code, 'MalformedTrailerError', 'the announced trailer is missing')
  t.equal((await rejection(read(`x-amz-checksum-crc32c:${crc}\r\n`)))?.code, 'MalformedTrailerError')
  const untrailed = chunkedHeaders.slice(0, 3)
  t.equal((await read('', untrailed)).toString(), hello)
  t.equal(
    (await rejection(read(`x-amz-checksum-crc32:${crc}\r\n`, untrailed)))?.code,
    'MalformedTrailerError',
    'not announced',
  )

  const anonymous = incomingBody(
    rawRequest({
      method: 'PUT',
      headers: [...chunkedHeaders, ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']],
      body: framed(`x-amz-checksum-crc32:${crc}\r\n`),
    }),
    undefined,
    undefined,
  )
  t.equal((await readAll(anonymous, 100)).toString(), hello)
})

t.test('headers that are refused before a byte is read', async t => {
  const cases: readonly (readonly [string, HeaderPairs, SignatureClaim, string, number])[] = [
    ['chunked without a decoded length', [], trailing, 'MissingContentLength', 411],
    ['a decoded length that is none', [['x-amz-decoded-content-length', '1e3']], trailing, 'InvalidArgument', 400],
    ['a trailer on a plain body', [['x-amz-trailer', 'x-amz-checksum-crc32']], unsigned, 'MalformedTrailerError', 400],
    ['a malformed Content-MD5', [['Content-MD5', 'x']], unsigned, 'InvalidDigest', 400],
    [
      'an announced checksum that is missing',
      [['x-amz-sdk-checksum-algorithm', 'CRC32']],
      unsigned,
      'InvalidRequest',
      400,
    ],
  ]
  for (const [name, headers, by, code, status] of cases)
    t.match(
      refusal(() => body(headers, {}, by)),
      { code, status },
      name,
    )
  const presigned = claim({ kind: 'unsigned' }, 'query')
  t.equal(
    refusal(() => body([['x-amz-sdk-checksum-algorithm', 'CRC32']], {}, presigned)),
    undefined,
  )
})

t.test('checksum headers of CompleteMultipartUpload are of the object', async t => {
  const headers: HeaderPairs = [
    ['x-amz-checksum-crc32', 'AAAAAA==-2'],
    ['Content-MD5', md5],
  ]
  const complete = body(headers, { method: 'POST', target: '/k?uploadId=u', body: hello })
  t.strictSame(complete.requiredDigests, ['md5'])
  t.equal((await readAll(complete, 100)).toString(), hello)
  t.equal(refusal(() => body(headers, { method: 'PUT', target: '/k?partNumber=1&uploadId=u' }))?.code, 'InvalidRequest')
})

t.test('documents have a limit', async t => {
  const expected = { code: 'MaxMessageLengthExceeded', status: 400, fields: { MaxMessageLengthBytes: '8' } }
  t.match(await rejection(readAll(body([['Content-Length', '9']]), 8)), expected, 'declared')
  t.match(await rejection(readAll(body([['Transfer-Encoding', 'chunked']]), 8)), expected, 'found out on the way')
  t.equal((await readAll(body([['Transfer-Encoding', 'chunked']]), 9)).toString(), hello)
})

t.test('bodies to store need a length', async t => {
  const check = (headers: HeaderPairs, by = unsigned) => {
    const request = rawRequest({ method: 'PUT', headers })
    return refusal(() => requireLength(request, incomingBody(request, by, undefined)))
  }
  t.equal(check([['Content-Length', '0']]), undefined)
  t.equal(check(chunkedHeaders, trailing), undefined)
  t.match(check([]), { code: 'MissingContentLength', status: 411 })
  t.match(check([['Transfer-Encoding', 'chunked']]), {
    code: 'NotImplemented',
    fields: { Header: 'Transfer-Encoding' },
  })
})

t.test('a body that ends with an error', async t => {
  const failing = (error: Error) => {
    const stream = new PassThrough()
    stream.write('Hel')
    setImmediate(() => stream.destroy(error))
    return incomingBody(
      { ...rawRequest({ method: 'PUT', headers: [['Content-Length', '9']] }), body: stream },
      unsigned,
      undefined,
    )
  }
  t.match(await rejection(readAll(failing(new Error('aborted')), 100)), { code: 'IncompleteBody', status: 400 })
  t.match(
    await rejection(readAll(failing(errors.RequestTimeout()), 100)),
    { code: 'RequestTimeout' },
    'a refusal stays what it is',
  )
})

t.test('over a socket', async t => {
  const outcomes: (string | undefined)[] = []
  const server = createServer((message, response) => {
    const length = message.headers['content-length']
    const headers: HeaderPairs = [length === undefined ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', length]]
    const request = { ...rawRequest({ method: 'PUT', headers }), body: message }
    void rejection(readAll(incomingBody(request, unsigned, undefined), 8)).then(error => {
      outcomes.push(error?.code)
      response.end('answered')
      server.emit('outcome')
    })
  })
  t.teardown(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  const aborting = connect(port, '127.0.0.1')
  const aborted = once(server, 'outcome')
  aborting.write('PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nHel')
  await once(server, 'request')
  aborting.destroy()
  await aborted
  t.strictSame(outcomes, ['IncompleteBody'], 'a client that goes away')

  const client = connect(port, '127.0.0.1')
  client.write('PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nHello S3!\r\n')
  const [answer] = await once(client, 'data')
  client.destroy()
  t.match(String(answer), /^HTTP\/1\.1 200 /, 'a body given up half-way does not cost the answer')
  t.strictSame(outcomes, ['IncompleteBody', 'MaxMessageLengthExceeded'])
})
