import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { Credential } from '../../../src/protocol/caller.ts'
import { manualClock } from '../../../src/protocol/clock.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { readAuthorizationHeader } from '../../../src/protocol/signature/authorization-header.ts'
import { canonicalBytes, canonicalRequest } from '../../../src/protocol/signature/canonical-request.ts'
import type { SignatureClaim } from '../../../src/protocol/signature/claim.ts'
import { readPresignedQuery } from '../../../src/protocol/signature/presigned-query.ts'
import { hmacCheck } from '../../../src/protocol/signature/sigv4.ts'
import { deriveKeyPair, ecdsaCheck } from '../../../src/protocol/signature/sigv4a.ts'
import { stringToSign } from '../../../src/protocol/signature/string-to-sign.ts'
import { verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { signingFixtures } from './recorded.ts'
import { credential, rawRequest, refusal } from './requests.ts'

const normalizing = 'the signer normalized the path; S3 signs it as sent'
const incomplete = 'request and context only, no expected values'

/** Cases that cannot agree, with the reason; the same list as in fixtures/signing/README.md. */
const leftOut: Readonly<Record<string, string>> = {
  'v4/get-relative-normalized': normalizing,
  'v4/get-relative-relative-normalized': normalizing,
  'v4/get-slash-dot-slash-normalized': normalizing,
  'v4/get-slash-normalized': normalizing,
  'v4/get-slash-pointless-dot-normalized': normalizing,
  'v4/get-slashes-normalized': normalizing,
  'v4a/get-relative-normalized': normalizing,
  'v4a/get-relative-relative-normalized': normalizing,
  'v4a/get-slash-dot-slash-normalized': normalizing,
  'v4a/get-slash-normalized': normalizing,
  'v4a/get-slash-pointless-dot-normalized': normalizing,
  'v4a/get-slashes-normalized': normalizing,
  'v4a/get-vanilla-query-order-key': incomplete,
  'v4a/get-vanilla-query-order-value': incomplete,
}

/** Agree in everything, but S3 refuses an x-amz-* header that is not signed. */
const unsignedTokenHeader = new Set(['v4/post-sts-header-after', 'v4a/post-sts-header-after'])

interface Context {
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string; readonly token?: string }
  readonly region: string
  readonly service: string
  readonly timestamp: string
  readonly omit_session_token?: boolean
}

const folder = `${signingFixtures}aws-c-auth/`
const cases = ['v4', 'v4a'].flatMap(version => readdirSync(folder + version).map(name => `${version}/${name}`))
const read = (name: string, file: string) => readFileSync(`${folder}${name}/${file}`)

/** A raw HTTP request as a socket gives it: one character per byte, folded header lines unfolded. */
function parseRequest(bytes: Buffer) {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\n\n')
  const [first = '', ...lines] = text
    .slice(0, end)
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? []
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  return { method, target, headers, body: Buffer.from(text.slice(end + 2), 'latin1') }
}

/** These cases have no x-amz-content-sha256 rule, so the payload is what the body hashes to. */
function claimOf(kind: string, signed: ReturnType<typeof parseRequest>): SignatureClaim {
  const request = rawRequest(signed)
  const payloadHash = createHash('sha256').update(signed.body).digest('hex')
  const authorization = request.headers.get('authorization') ?? ''
  const head =
    kind === 'header'
      ? readAuthorizationHeader(request, authorization)
      : readPresignedQuery(request, readQuery(request.query))
  return { ...head, payload: { kind: 'hash', sha256: payloadHash }, payloadHash }
}

function load(name: string, kind: string) {
  const context: Context = JSON.parse(read(name, 'context.json').toString())
  const signed = parseRequest(read(name, `${kind}-signed-request.txt`))
  const request = rawRequest(signed)
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token: sessionToken } = context.credentials
  const known = credential({ accessKeyId, secretAccessKey, sessionToken })
  const claim = claimOf(kind, signed)
  const query = readQuery(request.query)
  const verify = () =>
    verifyClaim(claim, request, query, known, {
      clock: manualClock(Date.parse(context.timestamp)),
      region: context.region,
      acceptAnyRegion: false,
      service: [context.service],
    })
  return { context, request, known, claim, query, verify }
}

function checkOf(claim: SignatureClaim, known: Credential) {
  return claim.algorithm === 'AWS4-HMAC-SHA256' ? hmacCheck(known, claim) : ecdsaCheck(known)
}

t.equal(cases.length, 78)

for (const name of cases.filter(name => !(name in leftOut))) {
  t.test(name, async t => {
    for (const kind of ['header', 'query']) {
      const { context, request, known, claim, query, verify } = load(name, kind)
      const withoutToken = kind === 'query' && context.omit_session_token === true
      const canonical = canonicalBytes(canonicalRequest(claim, request, query, { withoutToken }))
      t.equal(canonical.toString('latin1'), read(name, `${kind}-canonical-request.txt`).toString('latin1'), kind)
      const text = stringToSign(claim, createHash('sha256').update(canonical).digest('hex'))
      t.equal(text, read(name, `${kind}-string-to-sign.txt`).toString(), kind)

      const expected = read(name, `${kind}-signature.txt`).toString()
      if (name.startsWith('v4/')) t.equal(claim.signature, expected, kind)
      else t.notSame(claim.signature, expected, 'signatures of SigV4A are randomized')
      t.ok(checkOf(claim, known)(text, expected), `${kind}: the recorded signature verifies`)

      const error = refusal(verify)
      if (kind === 'header' && unsignedTokenHeader.has(name)) {
        t.match(error, { code: 'AccessDenied', fields: { HeadersNotSigned: 'x-amz-security-token' } })
      } else t.equal(error, undefined, `${kind}: the signed request verifies`)
    }
  })
}

t.test('derived keys of SigV4A', async t => {
  const keyed = cases.filter(name => existsSync(`${folder}${name}/public-key.json`))
  t.equal(keyed.length, 38)
  for (const name of keyed) {
    const { credentials }: Context = JSON.parse(read(name, 'context.json').toString())
    const { X, Y } = JSON.parse(read(name, 'public-key.json').toString())
    t.match(deriveKeyPair(credentials.access_key_id, credentials.secret_access_key), { x: X, y: Y }, name)
  }
})

t.test('what is left out has its reason', async t => {
  for (const [name, reason] of Object.entries(leftOut)) {
    if (reason === incomplete) {
      t.notOk(existsSync(`${folder}${name}/header-canonical-request.txt`), name)
      continue
    }
    for (const kind of ['header', 'query']) {
      const error = refusal(load(name, kind).verify)
      t.match(error, { code: 'SignatureDoesNotMatch', hint: /^The signer normalized the path to / }, `${name} ${kind}`)
    }
  }
})
