import { createHmac } from 'node:crypto'
import type { Credential } from '../caller.ts'
import type { Target } from '../endpoint/target.ts'
import { type AwsError, errors } from '../errors.ts'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { formatAmzDate, formatSeconds } from './amz-date.ts'
import { compare, trimBlanks } from './canonical-request.ts'
import { spacedHex } from './chunk-signature.ts'
import type { Version2Claim } from './claim.ts'
import { allowedSkewMs } from './dates.ts'
import { invalidPayload } from './payload-mode.ts'
import { checkToken, sameText } from './session-token.ts'

/**
 * Query keys that are signed with the resource; all others are not. Source: user guide, "Signing and authenticating REST requests
 * (AWS signature version 2)", and what the signer of boto3 signs beyond it.
 */
const signedKeys = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'partNumber',
  'policy',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'select',
  'select-type',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
])

/**
 * Checks a Version 2 claim: clock skew or expiry, session token, signature. Throws the refusal of the first that fails. `bucket` is the
 * bucket of a host name, which is signed as the first segment of the path.
 */
export function verifyVersion2(
  claim: Version2Claim,
  request: RawRequest,
  query: Query,
  credential: Credential,
  { now, bucket }: { readonly now: number; readonly bucket: string | undefined },
): void {
  checkTime(claim, now)
  checkToken(claim, credential, now)
  const text = stringToSign(claim, request, query, bucket)
  if (!sameText(hmacSha1(credential.secretAccessKey, text), claim.signature)) throw mismatch(claim, text)
  const payload = request.headers.get('x-amz-content-sha256')
  // Chunks cannot be verified without the key of Version 4, and must not be stored with their framing.
  if (payload?.startsWith('STREAMING-AWS4-')) {
    throw invalidPayload(payload, 'A request of Signature Version 2 cannot have signed chunks. Sign with SigV4.')
  }
}

/** The refusal of Signature Version 2, in whichever place. S3 answers so in Regions opened after 2013. */
export function signatureVersion2(): AwsError {
  return errors.InvalidRequest(
    {
      Message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    },
    {
      hint:
        'The request is signed with Signature Version 2, which only the Regions opened before 2014 take, and no Multi-Region Access Point. ' +
        "Sign with SigV4 or SigV4A; in boto3 set Config(signature_version='s3v4') for presigned URLs.",
    },
  )
}

/** The bucket that a host name names, for the resource that is signed. */
export function bucketOfHost(target: Target): string | undefined {
  return target.kind === 'bucket' && target.style === 'host' ? target.bucket : undefined
}

/** HMAC-SHA1 in base64: the signature of a text that stands for UTF-8 bytes, one character each. */
export function hmacSha1(secretAccessKey: string, text: string): string {
  return createHmac('sha1', secretAccessKey).update(text, 'latin1').digest('base64')
}

/**
 * What is signed, one character per byte:
 *
 *   method LF Content-MD5 LF Content-Type LF date LF
 *   (x-amz-name:value LF)*      sorted; values of one name joined by `,`
 *   resource                    `/bucket` of the host, the raw path, the signed query keys, sorted, their values decoded
 *
 * A presigned URL may carry the headers as parameters.
 */
function stringToSign(claim: Version2Claim, request: RawRequest, query: Query, bucket: string | undefined): string {
  const read = (name: string) =>
    request.headers.get(name) ?? (claim.via === 'query' ? parameter(query, name) : undefined) ?? ''
  const head = [request.method, read('content-md5'), read('content-type'), claim.date].join('\n')
  return `${head}\n${amzHeaders(claim, request, query)}${resource(request, query, bucket)}`
}

function parameter(query: Query, name: string): string | undefined {
  const value = query.parameters.find(one => one.name.toLowerCase() === name)?.value
  return value === undefined ? undefined : utf8(value)
}

function amzHeaders(claim: Version2Claim, { headers }: RawRequest, query: Query): string {
  const values = new Map<string, string>()
  for (const name of headers.names()) {
    if (name.startsWith('x-amz-')) values.set(name, headers.all(name).map(trimBlanks).join(','))
  }
  if (claim.via === 'query') {
    for (const { name, value } of query.parameters) {
      const lower = name.toLowerCase()
      if (lower.startsWith('x-amz-') && !values.has(lower)) values.set(lower, trimBlanks(utf8(value)))
    }
  }
  return [...values]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('')
}

function resource(request: RawRequest, query: Query, bucket: string | undefined): string {
  const whole = `${bucket === undefined ? '' : `/${bucket}`}${request.path}`
  // A bucket itself is signed with a slash, whether it was sent with one or not.
  const path = whole.indexOf('/', 1) < 0 && whole !== '/' ? `${whole}/` : whole
  const keys = query.parameters
    .filter(({ name }) => signedKeys.has(name))
    .sort((a, b) => compare(a.name, b.name))
    // `?uploads=` and `?uploads` name the same, and signers sign the shorter form.
    .map(({ name, value }) => (value === '' ? name : `${name}=${utf8(value)}`))
  return keys.length === 0 ? path : `${path}?${keys.join('&')}`
}

/** A text as its UTF-8 bytes, one character each. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function checkTime({ signedAt, expiresAt }: Version2Claim, now: number): void {
  if (signedAt !== undefined && Math.abs(now - signedAt) > allowedSkewMs) {
    throw errors.RequestTimeTooSkewed({
      RequestTime: formatAmzDate(signedAt),
      ServerTime: formatSeconds(now),
      MaxAllowedSkewMilliseconds: String(allowedSkewMs),
    })
  }
  if (expiresAt !== undefined && now > expiresAt) {
    throw errors.AccessDenied({
      Message: 'Request has expired',
      Expires: formatSeconds(expiresAt),
      ServerTime: formatSeconds(now),
    })
  }
}

function mismatch(claim: Version2Claim, text: string): AwsError {
  const bytes = Buffer.from(text, 'latin1')
  return errors.SignatureDoesNotMatch(
    {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: bytes.toString('utf8'),
      SignatureProvided: claim.signature,
      StringToSignBytes: spacedHex(bytes),
    },
    {
      hint:
        'Compare StringToSign in the answer with the one your signer made; if they agree, the secret access key differs. ' +
        'Signature Version 2 also signs Content-Type and Content-MD5.',
    },
  )
}
