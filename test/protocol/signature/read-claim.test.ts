import t from 'tap'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { readClaim } from '../../../src/protocol/signature/read-claim.ts'
import { rawRequest, refusal } from './requests.ts'

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const signature = 'ab'.repeat(32)
const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`
const authorizationV4a = `AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20260101/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=3045`

const headers: Readonly<Record<string, string>> = {
  host: 'bucket.s3.us-east-1.amazonaws.com',
  authorization,
  'x-amz-date': '20260101T000000Z',
  'x-amz-content-sha256': sha256,
}
const parameters: Readonly<Record<string, string>> = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request',
  'X-Amz-Date': '20260101T000000Z',
  'X-Amz-Expires': '900',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': signature,
}

type Changes = Readonly<Record<string, string | undefined>>

const merged = (base: Changes, changes: Changes) =>
  Object.entries({ ...base, ...changes }).flatMap(
    ([name, value]): HeaderPairs => (value === undefined ? [] : [[name, value]]),
  )

function claimOf(pairs: HeaderPairs, query = '') {
  return readClaim(rawRequest({ target: `/k?${query}`, headers: pairs }), readQuery(query))
}
const byHeader = (changes: Changes = {}, query = '') => claimOf(merged(headers, changes), query)
const byQuery = (changes: Changes = {}, extra: Changes = {}) =>
  claimOf(
    merged({ host: 'h' }, extra),
    new URLSearchParams(merged(parameters, changes) as [string, string][]).toString(),
  )

t.test('a signed header', async t => {
  t.strictSame(byHeader(), {
    via: 'header',
    algorithm: 'AWS4-HMAC-SHA256',
    accessKeyId: 'AKIDEXAMPLE',
    scopeDate: '20260101',
    region: 'us-east-1',
    service: 's3',
    regionSet: undefined,
    amzDate: '20260101T000000Z',
    signedAt: Date.UTC(2026, 0, 1),
    expiresSeconds: undefined,
    signedHeaders: ['host', 'x-amz-date'],
    signature,
    sessionToken: undefined,
    payload: { kind: 'hash', sha256 },
    payloadHash: sha256,
  })
  const v4a = byHeader({ authorization: authorizationV4a, 'x-amz-region-set': '*', 'x-amz-security-token': 'tok' })
  t.match(v4a, {
    algorithm: 'AWS4-ECDSA-P256-SHA256',
    region: undefined,
    regionSet: '*',
    service: 's3',
    sessionToken: 'tok',
  })
})

t.test('forms of the header', async t => {
  t.match(byHeader({ authorization: authorization.replaceAll(', ', ',') }), { accessKeyId: 'AKIDEXAMPLE' }, 'no blanks')
  const date = { 'x-amz-date': undefined, date: 'Thu, 01 Jan 2026 00:00:00 GMT' }
  t.match(byHeader(date), { amzDate: '20260101T000000Z' }, 'an HTTP date')
  t.match(byHeader({ 'x-amz-date': undefined, date: '20260101T000000Z' }), { amzDate: '20260101T000000Z' })
  t.match(
    byHeader({ authorization: authorization.replace('us-east-1', '') }),
    { region: '' },
    'an empty Region, as one client sends it',
  )
})

t.test('a presigned URL', async t => {
  t.match(byQuery(), {
    via: 'query',
    expiresSeconds: 900,
    signedHeaders: ['host'],
    payload: { kind: 'unsigned' },
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  t.match(byQuery({ 'X-Amz-Content-Sha256': sha256 }), { payload: { kind: 'hash', sha256 } }, 'with a hash')
  const withHash = { 'x-amz-content-sha256': sha256 }
  const signed = { 'X-Amz-SignedHeaders': 'host;x-amz-content-sha256' }
  t.match(byQuery(signed, withHash), { payloadHash: sha256 }, 'with a hash in a signed header')
  t.match(byQuery({}, withHash), { payloadHash: 'UNSIGNED-PAYLOAD' }, 'a header that is not signed says nothing')
  t.match(byQuery({ 'X-Amz-Expires': '0' }), { expiresSeconds: 0 }, 'one that has expired when it arrives')
  t.match(byQuery({ 'X-Amz-Security-Token': 'a/b+c' }), { sessionToken: 'a/b+c' })
  const v4a = {
    'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256',
    'X-Amz-Credential': 'A/20260101/s3/aws4_request',
    'X-Amz-Region-Set': 'us-*',
  }
  t.match(byQuery(v4a), { regionSet: 'us-*', region: undefined })
})

t.test('nobody signed', async t => {
  t.equal(byHeader({ authorization: undefined }), undefined)
  t.equal(byHeader({ authorization: '' }), undefined)
  t.equal(
    byHeader({ authorization: undefined }, 'x-amz-algorithm=AWS4-HMAC-SHA256&list-type=2'),
    undefined,
    'names are exact',
  )
})

t.test('payload modes', async t => {
  const chunked = (signed: boolean, trailer: boolean) => ({ kind: 'chunked', signed, trailer })
  const v4a = { authorization: authorizationV4a, 'x-amz-region-set': '*' }
  const modes = [
    ['UNSIGNED-PAYLOAD', {}, { kind: 'unsigned' }],
    [sha256.toUpperCase(), {}, { kind: 'hash', sha256 }],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', {}, chunked(false, true)],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', v4a, chunked(false, true)],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', {}, chunked(true, false)],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', {}, chunked(true, true)],
    ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', v4a, chunked(true, false)],
    ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER', v4a, chunked(true, true)],
  ] as const
  for (const [value, changes, payload] of modes) {
    const claim = byHeader({ ...changes, 'x-amz-content-sha256': value })
    t.strictSame(claim?.payload, payload, value)
    t.match(claim, { payloadHash: value })
  }
})

const malformed = 'The authorization header is malformed; '
const components = `${malformed}the authorization header requires three components: Credential, SignedHeaders, and Signature.`
const expecting = (form: string) => `expecting "<YOUR-AKID>/YYYYMMDD/${form}/aws4_request".`
const date = 'AWS authentication requires a valid Date or x-amz-date header'
const payload =
  'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.'
const version2 = 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature'
const oneSpace = "Authorization header is invalid -- one and only one ' ' (space) required"
const replaced = (from: string | RegExp, to: string) => ({ authorization: authorization.replace(from, to) })

t.test('headers that cannot be read', async t => {
  const cases: readonly (readonly [string, Changes, string, number, string])[] = [
    ['another type', { authorization: 'Bearer token' }, 'InvalidArgument', 400, 'Unsupported Authorization Type'],
    ['an unknown algorithm', replaced('SHA256', 'SHA512'), 'InvalidArgument', 400, 'Unsupported Authorization Type'],
    ['a word alone', { authorization: 'token' }, 'InvalidArgument', 400, oneSpace],
    ['Signature Version 2 without a signature', { authorization: 'AWS AKIDEXAMPLE' }, 'InvalidArgument', 400, version2],
    [
      'nothing but the algorithm',
      { authorization: 'AWS4-HMAC-SHA256' },
      'AuthorizationHeaderMalformed',
      400,
      components,
    ],
    ['no credential', replaced(/Credential=[^,]+, /, ''), 'AuthorizationHeaderMalformed', 400, components],
    ['no signed headers', replaced(/SignedHeaders=[^,]+, /, ''), 'AuthorizationHeaderMalformed', 400, components],
    ['no signature', replaced(/, Signature=.*/, ''), 'AuthorizationHeaderMalformed', 400, components],
    ['an empty signature', replaced(signature, ''), 'AuthorizationHeaderMalformed', 400, components],
    ['two signatures', replaced(/$/, ', Signature=00'), 'AuthorizationHeaderMalformed', 400, components],
    ['a part without a name', replaced(/$/, ', x'), 'AuthorizationHeaderMalformed', 400, components],
    ['signed headers in upper case', replaced('=host;', '=Host;'), 'AuthorizationHeaderMalformed', 400, components],
    ['a header signed twice', replaced('=host;', '=host;host;'), 'AuthorizationHeaderMalformed', 400, components],
    [
      'four parts',
      replaced('/us-east-1/', '/'),
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}the Credential is mal-formed; ${expecting('REGION/SERVICE')}`,
    ],
    [
      'no key id',
      replaced('AKIDEXAMPLE', ''),
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}the Credential is mal-formed; ${expecting('REGION/SERVICE')}`,
    ],
    [
      'a Region for SigV4A',
      { authorization: authorizationV4a.replace('/s3/', '/us-east-1/s3/') },
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}the Credential is mal-formed; ${expecting('SERVICE')}`,
    ],
    [
      'a short date',
      replaced('/20260101/', '/2026010/'),
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}incorrect date format "2026010". This date in the credential must be in the format "yyyyMMdd".`,
    ],
    [
      'another end',
      replaced('aws4_request', 'aws5_request'),
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}incorrect terminal "aws5_request". This endpoint uses "aws4_request".`,
    ],
    [
      'no Region set',
      { authorization: authorizationV4a },
      'AuthorizationHeaderMalformed',
      400,
      `${malformed}AWS4-ECDSA-P256-SHA256 requires the X-Amz-Region-Set header.`,
    ],
    ['no date', { 'x-amz-date': undefined }, 'AccessDenied', 403, date],
    ['a date of another form', { 'x-amz-date': '2026-01-01T00:00:00Z' }, 'AccessDenied', 403, date],
    ['a day that does not exist', { 'x-amz-date': '20260231T000000Z' }, 'AccessDenied', 403, date],
    [
      'a bad date with a good Date',
      { 'x-amz-date': 'x', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      'AccessDenied',
      403,
      date,
    ],
    [
      'no content hash',
      { 'x-amz-content-sha256': undefined },
      'InvalidRequest',
      400,
      'Missing required header for this request: x-amz-content-sha256',
    ],
    ['a short content hash', { 'x-amz-content-sha256': sha256.slice(1) }, 'InvalidArgument', 400, payload],
    [
      'chunks of the other algorithm',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' },
      'InvalidArgument',
      400,
      payload,
    ],
  ]
  for (const [name, changes, code, status, message] of cases) {
    t.match(
      refusal(() => byHeader(changes)),
      { code, status, message },
      name,
    )
  }
  t.strictSame(refusal(() => byHeader({ authorization: 'Bearer token' }))?.fields, {
    ArgumentName: 'Authorization',
    ArgumentValue: 'Bearer token',
  })
  t.strictSame(refusal(() => byHeader({ 'x-amz-content-sha256': 'x' }))?.fields, {
    ArgumentName: 'x-amz-content-sha256',
    ArgumentValue: 'x',
  })
})

t.test('presigned URLs that cannot be read', async t => {
  const missing =
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.'
  const parsing = 'Error parsing the X-Amz-Credential parameter; '
  const week =
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
  const cases: readonly (readonly [string, Changes, string])[] = [
    ...Object.keys(parameters).map(name => [`without ${name}`, { [name]: undefined }, missing] as const),
    [
      'another algorithm',
      { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA512' },
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
    ],
    [
      'a credential encoded twice',
      { 'X-Amz-Credential': 'A%2F20260101%2Fus-east-1%2Fs3%2Faws4_request' },
      `${parsing}the Credential is mal-formed; ${expecting('REGION/SERVICE')}`,
    ],
    [
      'a date of another form',
      { 'X-Amz-Date': '2026-01-01' },
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
    ],
    ['no number', { 'X-Amz-Expires': '9e2' }, 'X-Amz-Expires should be a number'],
    ['a negative validity', { 'X-Amz-Expires': '-1' }, 'X-Amz-Expires must be non-negative'],
    ['more than a week', { 'X-Amz-Expires': '604801' }, week],
    [
      'header names in upper case',
      { 'X-Amz-SignedHeaders': 'Host' },
      'X-Amz-SignedHeaders must be header names in lower case, separated by ";"',
    ],
    [
      'SigV4A without Region set',
      { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256', 'X-Amz-Credential': 'A/20260101/s3/aws4_request' },
      missing,
    ],
  ]
  for (const [name, changes, message] of cases) {
    t.match(
      refusal(() => byQuery(changes)),
      { code: 'AuthorizationQueryParametersError', status: 400, message },
      name,
    )
  }
  t.equal(refusal(() => byQuery({ 'X-Amz-Content-Sha256': 'x' }))?.code, 'InvalidArgument')
})

t.test('a parameter of a signature that stands there twice', async t => {
  const query = new URLSearchParams(parameters)
  for (const [name, value] of [...query, ['X-Amz-Security-Token', 'a'], ['X-Amz-Content-Sha256', sha256]] as const) {
    for (const second of [value, 'other']) {
      const text = `${query}&${name}=${encodeURIComponent(value)}&x=y&${name}=${second}`
      t.match(
        refusal(() => readClaim(rawRequest({ target: `/k?${text}` }), readQuery(text))),
        { code: 'AuthorizationQueryParametersError', status: 400, hint: new RegExp(`^${name} `) },
        `${name} ${second}`,
      )
    }
  }
  const twice = `${query}&prefix=a&prefix=b`
  t.ok(readClaim(rawRequest({ target: `/k?${twice}` }), readQuery(twice)), 'others may')
})

t.test('two ways to sign', async t => {
  const message =
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified'
  const expected = { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName: 'Authorization' } }
  t.match(
    refusal(() => byQuery({}, { authorization })),
    expected,
    'header and presigned',
  )
  t.match(
    refusal(() => byQuery({}, { authorization: 'Bearer token' })),
    expected,
    'an unrelated header too',
  )
  t.match(
    refusal(() => byHeader({}, 'Signature=abc')),
    expected,
    'header and Signature Version 2',
  )
  t.match(
    refusal(() => claimOf([...merged(headers, {}), ['Authorization', authorization]])),
    expected,
    'two headers',
  )
})
