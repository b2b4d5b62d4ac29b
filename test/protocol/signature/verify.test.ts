import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { Credential } from '../../../src/protocol/caller.ts'
import { manualClock } from '../../../src/protocol/clock.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { readClaim } from '../../../src/protocol/signature/read-claim.ts'
import { type VerifyOptions, verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { anyCharacter } from '../../helpers/any-character.ts'
import { credential, refusal } from './requests.ts'
import { presignV4, signV4, signV4a } from './signers.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000

function verify(request: RawRequest, known: Credential, options: Partial<VerifyOptions> = {}) {
  const query = readQuery(request.query)
  const claim = readClaim(request, query)
  if (!claim) throw new Error('the request is not signed')
  return refusal(() =>
    verifyClaim(claim, request, query, known, {
      clock: manualClock(start),
      region: 'us-east-1',
      acceptAnyRegion: false,
      service: ['s3'],
      ...options,
    }),
  )
}

const withHeader = (request: RawRequest, name: string, value: string): RawRequest => ({
  ...request,
  headers: readHeaders([
    ...request.headers.pairs.filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    [name, value],
  ]),
})

const known = credential()
const session = credential({ accessKeyId: 'ASIAEXAMPLE', sessionToken: 'tok/en+==', expiresAt: start + minute })

const odd = [
  '/',
  '/a//b/../c/./d/',
  '//lead',
  '/.',
  '/%C3%BC%20%C3%A9%2B%26%3D%25%3F%23',
  '/a%2Fb~%2A%28%29%27%21',
  '/k?uploads=',
  '/k?tagging',
  '/?list-type=2&prefix=a%2Fb%20c&delimiter=%2F&start-after=%C3%BC',
  '/k?versionId=x%2B%3D%3D&x-id=GetObject',
]

t.test('requests of other signers verify', async t => {
  for (const target of odd) {
    t.equal(verify(signV4(known, { target }), known), undefined, `SigV4 ${target}`)
    t.equal(verify(presignV4(known, { target }), known), undefined, `presigned ${target}`)
    t.equal(verify(signV4(session, { target }), session), undefined, `SigV4 with token ${target}`)
    t.equal(verify(presignV4(session, { target }), session), undefined, `presigned with token ${target}`)
    // The SDK's signer encodes the query itself.
    if (/%2B|uploads|tagging/.test(target.split('?')[1] ?? '')) continue
    t.equal(verify(await signV4a(known, { target }), known), undefined, `SigV4A ${target}`)
    t.equal(verify(await signV4a(session, { target }), session), undefined, `SigV4A with token ${target}`)
  }
  const put = { method: 'PUT', target: '/k', body: 'hello', headers: { 'x-amz-meta-a': '  b   c ' } }
  t.equal(verify(signV4(known, put), known), undefined)
  t.equal(verify(await signV4a(known, put), known), undefined)
})

t.test('keys of any bytes verify', async t => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 30 }), key => {
      const target = `/${key
        .split('/')
        .map(encodeURIComponent)
        .join('/')
        .replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`
      return (
        verify(signV4(known, { target }), known) === undefined &&
        verify(presignV4(known, { target }), known) === undefined
      )
    }),
    { numRuns: 200 },
  )
  t.pass()
})

t.test('a header that is signed and moved into the query need not be sent', async t => {
  const name = 'x-amz-server-side-encryption'
  const target = `/k?${name}=AES256`
  const request = presignV4(known, { method: 'PUT', target, headers: { [name]: 'AES256' } })
  t.equal(verify(request, known), undefined, 'sent all the same')
  const headers = readHeaders(request.headers.pairs.filter(([other]) => other.toLowerCase() !== name))
  t.match(request.query, 'x-amz-server-side-encryption', 'it is one of the signed headers')
  t.equal(verify({ ...request, headers }, known), undefined, 'left out')
  t.equal(verify(withHeader(request, name, 'aws:kms'), known)?.code, 'SignatureDoesNotMatch')
  const unsigned = withHeader(presignV4(known, { target: '/k' }), 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD')
  t.equal(verify(unsigned, known), undefined, 'x-amz-content-sha256 need not be signed')
})

t.test('another secret is refused with what was calculated', async t => {
  const wrong = { ...known, secretAccessKey: 'another' }
  for (const request of [signV4(known, { target: '/a b%20c'.replace(' ', '%20') }), await signV4a(known, {})]) {
    const error = verify(request, wrong)
    t.match(error, { code: 'SignatureDoesNotMatch', status: 403, hint: /secret access key differs/ })
    t.strictSame(Object.keys(error?.fields ?? {}), [
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'StringToSignBytes',
      'CanonicalRequest',
      'CanonicalRequestBytes',
    ])
    const {
      StringToSign = '',
      StringToSignBytes = '',
      CanonicalRequest = '',
      CanonicalRequestBytes = '',
    } = error?.fields ?? {}
    const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString()
    t.match(StringToSignBytes, /^41 57 53 34 2d/)
    t.equal(bytes(StringToSignBytes), StringToSign)
    t.equal(bytes(CanonicalRequestBytes), CanonicalRequest)
    t.equal(StringToSign.split('\n').at(-1), createHash('sha256').update(CanonicalRequest).digest('hex'))
    t.equal(error?.fields.AWSAccessKeyId, 'AKIDEXAMPLE')
  }
  t.equal(verify(signV4(wrong, {}), wrong), undefined, 'a changed secret does not hide behind a cached key')
  t.equal(verify(await signV4a(wrong, {}), wrong), undefined)
})

t.test('a signature of another form is a mismatch', async t => {
  const v4 = signV4(known, {})
  const v4a = await signV4a(known, {})
  for (const signature of ['0', 'zz', 'é', '0'.repeat(63), '0'.repeat(64), 'A'.repeat(64), '3'.repeat(10_000)]) {
    for (const request of [v4, v4a]) {
      const header = (request.headers.get('authorization') ?? '').replace(/Signature=\w+/, `Signature=${signature}`)
      t.equal(
        verify(withHeader(request, 'authorization', header), known)?.code,
        'SignatureDoesNotMatch',
        signature.slice(0, 70),
      )
    }
  }
})

t.test('bytes of header values are signed as they are', async t => {
  // A socket gives one character per byte: the client signed UTF-8, whose last byte here reads as a no-break space.
  const value = Buffer.from('voil\u00e0').toString('latin1')
  const request = signV4(known, { method: 'PUT', headers: { 'x-amz-meta-a': 'voil\u00e0' } })
  t.equal(verify(withHeader(request, 'x-amz-meta-a', value), known), undefined)
})

t.test('the order of Region, service and date in the scope', async t => {
  const scoped = (scope: string) =>
    withHeader(
      signV4(known, {}),
      'authorization',
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}/aws4_request, SignedHeaders=host, Signature=00`,
    )
  const refusals = [
    ['20251231/eu-west-1/ec2', "the region 'eu-west-1' is wrong; expecting 'us-east-1'"],
    ['20251231/us-east-1/ec2', 'incorrect service "ec2". This endpoint belongs to "s3".'],
    [
      '20251231/us-east-1/s3',
      'Invalid credential date "20251231". This date is not the same as X-Amz-Date: "20260101".',
    ],
  ] as const
  for (const [scope, detail] of refusals) {
    const error = verify(scoped(scope), known)
    t.match(error, { code: 'AuthorizationHeaderMalformed', status: 400 })
    t.equal(error?.message, `The authorization header is malformed; ${detail}`)
  }
  t.equal(verify(scoped(refusals[0][0]), known)?.fields.Region, 'us-east-1')
  t.match(verify(scoped(refusals[0][0]), known)?.hint, 'SigV4A')
})

t.test('the Region of a signature', async t => {
  const cases = [
    ['SigV4 for it', signV4(known, { region: 'eu-west-1' }), undefined],
    ['presigned for it', presignV4(known, { region: 'eu-west-1' }), undefined],
    ['SigV4 for another', signV4(known, { region: 'us-west-2' }), 'AuthorizationHeaderMalformed'],
    ['presigned for another', presignV4(known, { region: 'us-west-2' }), 'AuthorizationQueryParametersError'],
    ['all Regions', await signV4a(known, { region: '*' }), undefined],
    ['a list with it', await signV4a(known, { region: 'us-east-1,eu-west-1' }), undefined],
    ['a prefix of it', await signV4a(known, { region: 'eu-*' }), undefined],
    ['a list without it', await signV4a(known, { region: 'us-east-1,us-west-2' }), 'AuthorizationHeaderMalformed'],
    ['another prefix', await signV4a(known, { region: 'us-*' }), 'AuthorizationHeaderMalformed'],
  ] as const
  for (const [name, request, code] of cases) {
    const error = verify(request, known, { region: 'eu-west-1' })
    t.equal(error?.code, code, name)
    t.equal(error?.fields.Region, code && 'eu-west-1', name)
    t.equal(
      verify(request, known, { region: 'eu-west-1', acceptAnyRegion: true }),
      undefined,
      `${name}, any Region accepted`,
    )
    t.equal(verify(request, known, { region: undefined }), undefined, `${name}, no Region asked for`)
  }
  const presigned = verify(presignV4(known, { region: 'us-west-2' }), known, { region: 'eu-west-1' })
  t.equal(
    presigned?.message,
    "Error parsing the X-Amz-Credential parameter; the region 'us-west-2' is wrong; expecting 'eu-west-1'",
  )
})

t.test('clock skew of a header signature', async t => {
  const request = signV4(known, {})
  const at = (now: number) => verify(request, known, { clock: manualClock(now) })
  t.equal(at(start - 15 * minute), undefined)
  t.equal(at(start + 15 * minute), undefined)
  t.equal(at(start - 15 * minute - 1)?.code, 'RequestTimeTooSkewed')
  const late = at(start + 15 * minute + 1)
  t.match(late, { code: 'RequestTimeTooSkewed', status: 403 })
  t.strictSame(late?.fields, {
    RequestTime: '20260101T000000Z',
    ServerTime: '2026-01-01T00:15:00Z',
    MaxAllowedSkewMilliseconds: '900000',
  })
})

t.test('life of a presigned URL', async t => {
  const request = presignV4(known, {}, 3_600)
  const at = (now: number) => verify(request, known, { clock: manualClock(now) })
  t.equal(at(start + 3_600_000), undefined)
  const late = at(start + 3_600_001)
  t.match(late, { code: 'AccessDenied', status: 403, message: 'Request has expired' })
  t.strictSame(late?.fields, {
    'X-Amz-Expires': '3600',
    Expires: '2026-01-01T01:00:00Z',
    ServerTime: '2026-01-01T01:00:00Z',
  })
  t.equal(at(start - 15 * minute), undefined)
  t.match(at(start - 15 * minute - 1), { code: 'AccessDenied', message: 'Request is not valid yet' })
  t.equal(
    verify(presignV4(known, {}, 604_800), known, { clock: manualClock(start + 604_800_000) }),
    undefined,
    'a week',
  )
})

t.test('session tokens', async t => {
  const { sessionToken: _, ...longTerm } = session
  const global = { ...session, issuedBy: 'global' as const }
  const other = { ...session, sessionToken: 'other' }
  const late = { clock: manualClock(start + minute) }
  for (const [name, sign] of [
    ['SigV4', signV4],
    ['presigned', presignV4],
    ['SigV4A', signV4a],
  ] as const) {
    t.equal(verify(await sign(session, {}), session), undefined, name)
    t.match(verify(await sign(other, {}), session), { code: 'InvalidToken', status: 400 }, `${name}, wrong token`)
    t.match(verify(await sign(session, {}), longTerm), { code: 'InvalidToken', status: 400 }, `${name}, long-term key`)
    t.match(verify(await sign(longTerm, {}), session), { code: 'InvalidAccessKeyId', status: 403 }, `${name}, no token`)
    t.match(verify(await sign(session, {}), session, late), { code: 'ExpiredToken', status: 400 }, `${name}, expired`)
    const expected = name === 'SigV4A' ? 'UnsupportedSignature' : undefined
    t.equal(verify(await sign(global, {}), global)?.code, expected, `${name}, global token`)
  }
  const request = presignV4(session, {})
  const altered = { ...request, query: request.query.replace('X-Amz-Security-Token=tok', 'X-Amz-Security-Token=tik') }
  t.equal(verify(altered, session)?.code, 'InvalidToken')
})

t.test('headers that must be signed', async t => {
  const added = withHeader(withHeader(signV4(known, {}), 'X-Amz-Acl', 'private'), 'x-amz-meta-b', '1')
  t.match(verify(added, known), {
    code: 'AccessDenied',
    status: 403,
    message: 'There were headers present in the request which were not signed',
    fields: { HeadersNotSigned: 'x-amz-acl, x-amz-meta-b' },
  })
  t.equal(verify(withHeader(presignV4(known, {}), 'x-amz-acl', 'private'), known)?.fields.HeadersNotSigned, 'x-amz-acl')
  t.equal(verify(withHeader(signV4(known, {}), 'content-md5', 'x'), known), undefined, 'others may be added')

  // Signed by hand, since no signer leaves the host out.
  const text = `GET\n/\n\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20260101T000000Z\n\nx-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD`
  const key = ['20260101', 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${known.secretAccessKey}`,
  )
  const hash = createHash('sha256').update(text).digest('hex')
  const toSign = `AWS4-HMAC-SHA256\n20260101T000000Z\n20260101/us-east-1/s3/aws4_request\n${hash}`
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request, SignedHeaders=x-amz-content-sha256;x-amz-date, Signature=${signature}`
  const hostless = withHeader(
    withHeader(signV4(known, {}), 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'),
    'authorization',
    authorization,
  )
  t.equal(verify(hostless, known)?.fields.HeadersNotSigned, 'host')
})

t.test('the host that was routed by is the host that was signed', async t => {
  const request = signV4(known, {})
  const elsewhere = { ...request, host: 'other.s3.us-east-1.amazonaws.com' }
  t.equal(verify(elsewhere, known)?.code, 'SignatureDoesNotMatch', 'an absolute-form target names another host')
  const twice = { ...request, headers: readHeaders([...request.headers.pairs, ['Host', 'other.amazonaws.com']]) }
  t.equal(verify(twice, known), undefined, 'a second Host header has no say')
})

t.test('hints for known faults of signers', async t => {
  const faults = [
    ['/a%2520b', '/a%20b', /encoded the path twice/],
    ['/a%2Fb', '/a%2fb', /percent-escapes in lower case/],
    ['/a/c', '/a//b/../c', /normalized the path to \/a\/c;/],
  ] as const
  for (const [signed, sent, hint] of faults) {
    const request = await signV4a(known, { target: signed })
    t.match(verify({ ...request, path: sent }, known), { code: 'SignatureDoesNotMatch', hint }, sent)
  }
})
