import { readFileSync } from 'node:fs'
import t from 'tap'
import { manualClock } from '../../../src/protocol/clock.ts'
import { targetOf } from '../../../src/protocol/endpoint/host.ts'
import { takesVersion2 } from '../../../src/protocol/endpoint/regions.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { readClaim } from '../../../src/protocol/signature/read-claim.ts'
import { bucketOfHost } from '../../../src/protocol/signature/sigv2.ts'
import { type VerifyOptions, verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { signingFixtures } from './recorded.ts'
import { credential, rawRequest, refusal } from './requests.ts'

interface Vector {
  readonly id: string
  readonly via: 'header' | 'query'
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly session_token: string | null
}

// boto3 is the independent signer; see fixtures/signing/README.md.
const vectors: readonly Vector[] = JSON.parse(readFileSync(`${signingFixtures}version2/boto3-1.44.json`, 'utf8'))
const minute = 60_000

const requestOf = ({ method, url, headers }: Vector): RawRequest =>
  rawRequest({ method, target: url.slice(url.indexOf('/', 'https://'.length)), headers })

function signedAt({ headers, url }: Vector): number {
  const expires = /[?&]Expires=(\d+)/.exec(url)?.[1]
  if (expires !== undefined) return (Number(expires) - 900) * 1000
  return Date.parse(headers.find(([name]) => name === 'Date')?.[1] ?? '')
}

function verify(
  vector: Vector,
  change: (request: RawRequest) => RawRequest = same,
  options: Partial<VerifyOptions> = {},
) {
  const request = change(requestOf(vector))
  const query = readQuery(request.query)
  const known = credential({ sessionToken: vector.session_token ?? undefined })
  return refusal(() => {
    const claim = readClaim(request, query)
    if (!claim) throw new Error('the request is not signed')
    verifyClaim(claim, request, query, known, {
      clock: manualClock(signedAt(vector)),
      region: 'us-east-1',
      acceptAnyRegion: false,
      service: ['s3'],
      takesVersion2: true,
      hostBucket: bucketOfHost(targetOf(request, [])),
      ...options,
    })
  })
}

const same = (request: RawRequest) => request
const withHeader = (name: string, value: string) => (request: RawRequest) => ({
  ...request,
  headers: readHeaders([...request.headers.pairs.filter(([other]) => other.toLowerCase() !== name), [name, value]]),
})
const withoutHeader = (name: string) => (request: RawRequest) => ({
  ...request,
  headers: readHeaders(request.headers.pairs.filter(([other]) => other.toLowerCase() !== name)),
})
const withQuery = (change: (query: string) => string) => (request: RawRequest) => ({
  ...request,
  query: change(request.query),
})

function vector(id: string): Vector {
  const found = vectors.find(one => one.id === id)
  if (!found) throw new Error(`no vector ${id}`)
  return found
}

t.test('what boto3 signs verifies, and nothing else does', async t => {
  t.equal(vectors.length, 57)
  for (const one of vectors) {
    t.equal(verify(one), undefined, one.id)
    t.equal(
      verify(one, request => ({ ...request, method: 'POST' }))?.code,
      one.method === 'POST' ? undefined : 'SignatureDoesNotMatch',
      one.id,
    )
    t.equal(verify(one, request => ({ ...request, path: `${request.path}x` }))?.code, 'SignatureDoesNotMatch', one.id)
    t.equal(verify(one, withHeader('content-type', 'text/other'))?.code, 'SignatureDoesNotMatch', one.id)
    t.equal(verify(one, withHeader('x-amz-meta-late', 'x'))?.code, 'SignatureDoesNotMatch', one.id)
  }
  const part = vector('path-key-part')
  t.equal(
    verify(
      part,
      withQuery(query => query.replace('partNumber=3', 'partNumber=4')),
    )?.code,
    'SignatureDoesNotMatch',
  )
  t.equal(
    verify(
      part,
      withQuery(query => `${query}&x-id=UploadPart`),
    ),
    undefined,
    'other keys are not signed',
  )
  t.equal(verify(part, withHeader('content-encoding', 'gzip')), undefined, 'nor are other headers')
})

t.test('where it is no longer taken', async t => {
  const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
  for (const id of ['path-key-get', 'path-key-presigned-get']) {
    t.match(verify(vector(id), same, { takesVersion2: false }), {
      code: 'InvalidRequest',
      status: 400,
      message,
      hint: /s3v4/,
    })
  }
  t.ok(takesVersion2('eu-west-1'))
  t.notOk(takesVersion2('eu-central-1'))
})

t.test('a mismatch shows what was to be signed', async t => {
  const error = verify(vector('path-key-presigned-put'), withHeader('content-type', 'text/xml'))
  const expires = signedAt(vector('path-key-presigned-put')) / 1000 + 900
  const text = `PUT\n\ntext/xml\n${expires}\nx-amz-meta-foo:b a r\n/my-bucket/k`
  t.match(error, { code: 'SignatureDoesNotMatch', status: 403 })
  t.strictSame(Object.keys(error?.fields ?? {}), [
    'AWSAccessKeyId',
    'StringToSign',
    'SignatureProvided',
    'StringToSignBytes',
  ])
  t.equal(error?.fields.StringToSign, text)
  t.equal(Buffer.from(error?.fields.StringToSignBytes?.replaceAll(' ', '') ?? '', 'hex').toString(), text)
})

t.test('times', async t => {
  const [header, url] = [vector('path-key-get'), vector('path-key-presigned-get')]
  const at = (one: Vector, offset: number) => verify(one, same, { clock: manualClock(signedAt(one) + offset) })
  t.equal(at(header, 15 * minute), undefined)
  t.match(at(header, 15 * minute + 1), { code: 'RequestTimeTooSkewed', status: 403 })
  t.match(at(header, -15 * minute - 1), { code: 'RequestTimeTooSkewed' })
  t.equal(at(url, 15 * minute), undefined)
  t.equal(at(url, -100 * minute), undefined, 'only the end is known')
  const expired = at(url, 15 * minute + 1)
  t.match(expired, { code: 'AccessDenied', status: 403, message: 'Request has expired' })
  t.strictSame(Object.keys(expired?.fields ?? {}), ['Expires', 'ServerTime'])
  const date = 'AWS authentication requires a valid Date or x-amz-date header'
  t.match(verify(header, withoutHeader('date')), { code: 'AccessDenied', status: 403, message: date })
  t.match(verify(header, withHeader('date', '\x07')), { code: 'AccessDenied', status: 403, message: date })
  t.match(verify(header, withHeader('date', 'Tue, 07 Jul 1950 21:53:04 GMT')), { code: 'RequestTimeTooSkewed' })
  t.match(verify(header, withHeader('date', 'Tue, 07 Jul 9999 21:53:04 GMT')), { code: 'RequestTimeTooSkewed' })
})

t.test('URLs and tokens that cannot be', async t => {
  const url = vector('path-token-presigned-get')
  const missing = 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters'
  for (const name of ['Signature', 'Expires', 'AWSAccessKeyId']) {
    const without = withQuery(query => query.replace(`${name}=`, `Other${name}=`))
    t.match(verify(url, without), { code: 'AccessDenied', status: 403, message: missing, fields: {} }, name)
    const twice = withQuery(query => `${query}&${name}=x`)
    t.match(verify(url, twice), { code: 'AccessDenied', status: 403, message: missing }, `${name} twice`)
  }
  const expires = (value: string) => withQuery(query => query.replace(/Expires=\d+/, `Expires=${value}`))
  t.match(verify(url, expires('soon')), { code: 'AccessDenied', message: /seconds since epoch/ })
  t.match(verify(url, expires('-9999999999999')), { code: 'AccessDenied', message: 'Request has expired' })
  t.match(
    verify(
      url,
      withQuery(query => query.replace('=tok', '=other')),
    ),
    { code: 'InvalidToken' },
  )
  t.match(verify(vector('path-token-get'), withHeader('x-amz-security-token', 'x')), { code: 'InvalidToken' })
  const chunked = withHeader('x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  t.match(verify(vector('path-key-put'), chunked), { code: 'SignatureDoesNotMatch' }, 'judged with the signature')
})
