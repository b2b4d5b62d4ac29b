import { hash } from 'node:crypto'
import type { Credential } from '../caller.ts'
import type { Clock } from '../clock.ts'
import { type AwsError, errors } from '../errors.ts'
import type { ChunkVerifier } from '../request/aws-chunked.ts'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { formatSeconds } from './amz-date.ts'
import { type CanonicalVariant, canonicalBytes, canonicalPath, canonicalRequest } from './canonical-request.ts'
import { chunkVerifier, spacedHex } from './chunk-signature.ts'
import type { Claim, SignatureClaim } from './claim.ts'
import { malformedCredential } from './credential-scope.ts'
import { allowedSkewMs } from './dates.ts'
import { verifyForm } from './form-signature.ts'
import { mismatchHint } from './mismatch-hint.ts'
import { regionSetCovers } from './region-set.ts'
import { checkToken } from './session-token.ts'
import { signatureVersion2, verifyVersion2 } from './sigv2.ts'
import { hmacCheck, type SignatureCheck } from './sigv4.ts'
import { ecdsaCheck } from './sigv4a.ts'
import { stringToSign } from './string-to-sign.ts'

/** What a signature is judged against. */
export interface VerifyOptions {
  readonly clock: Clock
  /** Region that the scope must name, or the Region set cover. undefined: any. */
  readonly region: string | undefined
  /** True where clients sign as for a bucket of any Region: `region` is then not compared. */
  readonly acceptAnyRegion: boolean
  /** Service names accepted in the scope; the first is named in refusals. */
  readonly service: readonly string[]
  /** Where Signature Version 2 is still accepted. Default false. */
  readonly takesVersion2?: boolean | undefined
  /** Bucket that the host names: Version 2 signs it. */
  readonly hostBucket?: string | undefined
}

/**
 * Checks a claim against the credential it names, in this order: Region, service and date of the scope, clock skew or expiry,
 * session token, signed headers, signature. Throws the refusal of the first that fails. Returns the verifier of the chunks that
 * follow when the payload is signed chunk by chunk, else undefined.
 * Sources: API reference, "Authenticating Requests (AWS Signature Version 4)" and "Error responses".
 */
export function verifyClaim(
  claim: Claim,
  request: RawRequest,
  query: Query,
  credential: Credential,
  options: VerifyOptions,
): ChunkVerifier | undefined {
  const now = options.clock.wall()
  if (claim.algorithm === 'AWS' && !options.takesVersion2) throw signatureVersion2()
  if (claim.via === 'form') {
    verifyForm(claim, credential, { ...options, now })
    return undefined
  }
  if (claim.algorithm === 'AWS') {
    verifyVersion2(claim, request, query, credential, { now, bucket: options.hostBucket })
    return undefined
  }
  checkScope(claim, options)
  checkTime(claim, now)
  checkToken(claim, credential, now)
  checkSignedHeaders(claim, request)
  const check = claim.algorithm === 'AWS4-HMAC-SHA256' ? hmacCheck(credential, claim) : ecdsaCheck(credential)
  checkSignature(claim, request, query, check)
  return claim.payload.kind === 'chunked' && claim.payload.signed ? chunkVerifier(claim, check) : undefined
}

function checkScope(claim: SignatureClaim, { region, acceptAnyRegion, service }: VerifyOptions): void {
  if (region !== undefined && !acceptAnyRegion) checkRegion(claim, region)
  if (!service.includes(claim.service)) {
    throw malformedCredential(
      claim.via,
      `incorrect service "${claim.service}". This endpoint belongs to "${service[0]}".`,
    )
  }
  const day = claim.amzDate.slice(0, 8)
  if (claim.scopeDate === day) return
  const sentence = `Invalid credential date "${claim.scopeDate}". This date is not the same as X-Amz-Date: "${day}".`
  if (claim.via === 'header') throw malformedCredential('header', sentence)
  throw errors.AuthorizationQueryParametersError({ Message: sentence })
}

function checkRegion(claim: SignatureClaim, region: string): void {
  if (claim.regionSet !== undefined) {
    if (regionSetCovers(claim.regionSet, region)) return
    // ASSUMED: the real answer is not recorded; this follows the one for SigV4.
    throw malformedCredential(
      claim.via,
      `the region set '${claim.regionSet}' is wrong; expecting '${region}'`,
      { Region: region },
      {
        hint: `The Region set ${claim.regionSet} leaves out ${region}, which answers this request. Sign for * or add it.`,
      },
    )
  }
  if (claim.region === region) return
  throw malformedCredential(
    claim.via,
    `the region '${claim.region}' is wrong; expecting '${region}'`,
    { Region: region },
    {
      hint:
        `Signed with SigV4 for Region ${claim.region || '(none)'}; ${region} answers this request. Sign for ${region}, or, ` +
        'for a Multi-Region Access Point, with SigV4A (AWS4-ECDSA-P256-SHA256) and Region set *.',
    },
  )
}

function checkTime(claim: SignatureClaim, now: number): void {
  const { expiresSeconds, signedAt } = claim
  if (expiresSeconds === undefined) {
    if (Math.abs(now - signedAt) <= allowedSkewMs) return
    throw errors.RequestTimeTooSkewed({
      RequestTime: claim.amzDate,
      ServerTime: formatSeconds(now),
      MaxAllowedSkewMilliseconds: String(allowedSkewMs),
    })
  }
  if (signedAt > now + allowedSkewMs) {
    // ASSUMED: fields.
    throw errors.AccessDenied({ Message: 'Request is not valid yet', ServerTime: formatSeconds(now) })
  }
  const expiresAt = signedAt + expiresSeconds * 1000
  if (expiresSeconds > 0 && now <= expiresAt) return
  throw errors.AccessDenied({
    Message: 'Request has expired',
    'X-Amz-Expires': String(expiresSeconds),
    Expires: formatSeconds(expiresAt),
    ServerTime: formatSeconds(now),
  })
}

/**
 * Every `x-amz-*` header that was sent must be signed, and so must the host. Not `x-amz-content-sha256`: it stands in the canonical request
 * anyway, or has no effect (recorded).
 */
function checkSignedHeaders(claim: SignatureClaim, request: RawRequest): void {
  const isUnsigned = (name: string) => !claim.signedHeaders.includes(name)
  const missing = isUnsigned('host') ? ['host'] : []
  for (const name of request.headers.names()) {
    if (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && isUnsigned(name)) missing.push(name)
  }
  if (missing.length === 0) return
  throw errors.AccessDenied({
    Message: 'There were headers present in the request which were not signed',
    HeadersNotSigned: missing.join(', '),
  })
}

function checkSignature(claim: SignatureClaim, request: RawRequest, query: Query, check: SignatureCheck): void {
  for (const variant of variants(claim, request, query)) {
    const canonical = canonicalRequest(claim, request, query, variant)
    if (check(stringToSign(claim, sha256(canonical)), claim.signature)) return
  }
  // S3 shows a slash of the key as one, however it was sent (recorded).
  const shown = canonicalRequest(claim, request, query, { path: canonicalPath(request.path).replaceAll('%2F', '/') })
  throw mismatch(claim, shown, mismatchHint(claim, request, query, check))
}

/** The forms of the canonical request that S3 takes, the regular one first. */
function variants(claim: SignatureClaim, request: RawRequest, query: Query): CanonicalVariant[] {
  const regular: CanonicalVariant[] = [{}]
  // A key knows no difference between `/` and `%2F`, and signers write either. ASSUMED: S3 takes both.
  const path = canonicalPath(request.path)
  if (path.includes('%2F')) regular.push({ path: path.replaceAll('%2F', '/') })
  // Some services want the token added after signing, and signers have a switch for it; S3 takes both.
  if (claim.via !== 'query' || !query.has('X-Amz-Security-Token')) return regular
  return regular.flatMap(variant => [variant, { ...variant, withoutToken: true }])
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
const isAscii = /^[\x00-\x7f]*$/

/** Of the bytes behind a text; those of ASCII, which nearly all are, need not be looked for. */
function sha256(canonical: string): string {
  return hash('sha256', isAscii.test(canonical) ? canonical : canonicalBytes(canonical), 'hex')
}

function mismatch(claim: SignatureClaim, canonical: string, hint: string): AwsError {
  const text = stringToSign(claim, sha256(canonical))
  const bytes = canonicalBytes(canonical)
  return errors.SignatureDoesNotMatch(
    {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: text,
      SignatureProvided: claim.signature,
      StringToSignBytes: spacedHex(Buffer.from(text)),
      CanonicalRequest: bytes.toString('utf8'),
      CanonicalRequestBytes: spacedHex(bytes),
    },
    { hint },
  )
}
