import t from 'tap'
import { manualClock } from '../../../src/protocol/clock.ts'
import { incomingBody, readAll } from '../../../src/protocol/request/body.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { readClaim } from '../../../src/protocol/signature/read-claim.ts'
import { verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { credential, type RequestParts, rawRequest, rejection } from './requests.ts'

// The worked examples of the S3 API reference: "Authenticating Requests" (header, query, chunked, trailing headers).

const known = credential({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
})
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const options = {
  clock: manualClock(Date.UTC(2013, 4, 24)),
  region: 'us-east-1',
  acceptAnyRegion: false,
  service: ['s3'],
}

function verify(parts: RequestParts) {
  const request = rawRequest(parts)
  const query = readQuery(request.query)
  const claim = readClaim(request, query)
  if (!claim) throw new Error('not signed')
  return incomingBody(request, claim, verifyClaim(claim, request, query, known, options))
}

const authorization = (signedHeaders: string, signature: string) =>
  [
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
  ] as const
const host = ['Host', 'examplebucket.s3.amazonaws.com'] as const
const date = ['x-amz-date', '20130524T000000Z'] as const
const empty = ['x-amz-content-sha256', emptySha256] as const

t.test('GET Object with a range', async t => {
  const names = 'host;range;x-amz-content-sha256;x-amz-date'
  const signature = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'
  const headers = [host, ['Range', 'bytes=0-9'], empty, date, authorization(names, signature)] as const
  t.equal((await readAll(verify({ target: '/test.txt', headers }), 0)).length, 0)
})

t.test('PUT Object, signed by its Date header, key with a dollar sign', async t => {
  const names = 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class'
  const headers = [
    host,
    ['Date', 'Fri, 24 May 2013 00:00:00 GMT'],
    date,
    ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['x-amz-content-sha256', '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'],
    authorization(names, '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd'),
  ] as const
  // The example encodes the dollar sign in the canonical request alone; S3 takes it either way.
  for (const target of ['/test$file.text', '/test%24file.text']) {
    const body = verify({ method: 'PUT', target, headers, body: 'Welcome to Amazon S3.' })
    t.equal((await readAll(body, 100)).toString(), 'Welcome to Amazon S3.')
  }
})

t.test('subresource without a value, and a list', async t => {
  const names = 'host;x-amz-content-sha256;x-amz-date'
  const lifecycle = authorization(names, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')
  verify({ target: '/?lifecycle', headers: [host, date, empty, lifecycle] })
  verify({ target: '/?lifecycle=', headers: [host, date, empty, lifecycle] })
  const list = authorization(names, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
  verify({ target: '/?prefix=J&max-keys=2', headers: [host, date, empty, list] })
  t.pass()
})

t.test('presigned URL', async t => {
  const target =
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
  t.same(verify({ target, headers: [host] }).requiredDigests, [], 'its payload is unsigned')
})

const chunks = [
  ['10000', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', 'a'.repeat(65_536)],
  ['400', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', 'a'.repeat(1_024)],
  ['0', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', ''],
] as const

t.test('payload in signed chunks', async t => {
  const names =
    'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class'
  const headers = [
    ['Host', 's3.amazonaws.com'],
    date,
    ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    ['Content-Encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', '66560'],
    ['Content-Length', '66824'],
    authorization(names, '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9'),
  ] as const
  const framed = chunks.map(([size, signature, data]) => `${size};chunk-signature=${signature}\r\n${data}\r\n`).join('')
  t.equal(framed.length, 66_824)
  const put = (body: string) => verify({ method: 'PUT', target: '/examplebucket/chunkObject.txt', headers, body })
  t.equal((await readAll(put(framed), 70_000)).toString(), 'a'.repeat(66_560))
  const altered = `${framed.slice(0, 60_000)}b${framed.slice(60_001)}`
  t.match(await rejection(readAll(put(altered), 70_000)), {
    code: 'SignatureDoesNotMatch',
    fields: {
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      SignatureProvided: chunks[0][1],
      StringToSign: /^AWS4-HMAC-SHA256-PAYLOAD\n/,
    },
  })
})

t.test('payload in signed chunks with a signed trailer', async t => {
  const names =
    'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer'
  const headers = [
    ['Host', 's3.amazonaws.com'],
    date,
    ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'],
    ['Content-Encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', '66560'],
    ['x-amz-trailer', 'x-amz-checksum-crc32c'],
    authorization(names, '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e'),
  ] as const
  const signatures = [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ]
  const lines = chunks.map(
    ([size, , data], i) => `${size};chunk-signature=${signatures[i]}\r\n${data}${data && '\r\n'}`,
  )
  const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435'
  const put = (trailer: string) => {
    const body = `${lines.join('')}${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`
    return readAll(verify({ method: 'PUT', target: '/examplebucket/chunkObject.txt', headers, body }), 70_000)
  }
  t.equal((await put('x-amz-checksum-crc32c:sOO8/Q==')).length, 66_560)
  t.equal((await put('x-amz-checksum-crc32c:sOO8/Q==\n')).length, 66_560, 'with the line feed that the reference shows')
  const error = await rejection(put('x-amz-checksum-crc32c:sOO8/A=='))
  t.match(error, { code: 'SignatureDoesNotMatch', fields: { StringToSign: /^AWS4-HMAC-SHA256-TRAILER\n/ } })
})
