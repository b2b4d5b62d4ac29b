import { errors } from '../errors.ts'
import { type Query, repeatedParameter } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import type { PayloadMode, Version2Claim } from './claim.ts'
import { readSigningTime } from './dates.ts'

/** The earliest time that can be written, in milliseconds since the epoch. */
const earliest = -8.64e15

/** True when the query claims to be signed with Version 2. Names are matched exactly, as S3 does. */
export function isVersion2Query(query: Query): boolean {
  return query.has('AWSAccessKeyId') || query.has('Signature')
}

/** True for an Authorization header of Version 2. */
export function isVersion2Header(value: string): boolean {
  return value.startsWith('AWS ')
}

/**
 * Reads `AWS <access key id>:<signature>` and the date that belongs to it. Throws InvalidArgument for another form, AccessDenied
 * without a date. Source: user guide, "Signing and authenticating REST requests (AWS signature version 2)".
 */
export function readVersion2Header(request: RawRequest, value: string): Version2Claim {
  const { headers } = request
  const [, accessKeyId, signature] = /^AWS ([^:\s]+):(\S+)$/.exec(value) ?? []
  if (accessKeyId === undefined || signature === undefined) {
    throw errors.InvalidArgument({
      Message: 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
      ArgumentName: 'Authorization',
      ArgumentValue: value,
    })
  }
  return {
    via: 'header',
    algorithm: 'AWS',
    accessKeyId,
    region: undefined,
    date: headers.has('x-amz-date') ? '' : (headers.get('date') ?? ''),
    signedAt: readSigningTime(request),
    expiresAt: undefined,
    signature,
    sessionToken: headers.get('x-amz-security-token'),
    payload: readVersion2Payload(request),
  }
}

const parameters = new Set(['AWSAccessKeyId', 'Signature', 'Expires', 'x-amz-security-token'])

/** Reads `AWSAccessKeyId`, `Signature` and `Expires` of a presigned URL. Throws AccessDenied. Same source. */
export function readVersion2Query(request: RawRequest, query: Query): Version2Claim {
  const accessKeyId = query.get('AWSAccessKeyId')
  const signature = query.get('Signature')
  const date = query.get('Expires')
  // ASSUMED: one that stands there twice is refused as one that is missing.
  if (!accessKeyId || !signature || !date || repeatedParameter(query, parameters) !== undefined) {
    throw errors.AccessDenied({
      Message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    })
  }
  if (!/^-?\d{1,13}$/.test(date)) {
    // From memory of the service; not recorded.
    throw errors.AccessDenied({ Message: `Invalid date (should be seconds since epoch): ${date}` })
  }
  return {
    via: 'query',
    algorithm: 'AWS',
    accessKeyId,
    region: undefined,
    date,
    signedAt: undefined,
    expiresAt: Math.max(Number(date) * 1000, earliest),
    signature,
    sessionToken: query.get('x-amz-security-token') ?? request.headers.get('x-amz-security-token'),
    payload: readVersion2Payload(request),
  }
}

/**
 * Version 2 signs no payload, but SDKs send aws-chunked bodies with it all the same. What a header says of a hash or of signed chunks
 * is judged with the signature.
 */
function readVersion2Payload({ headers }: RawRequest): PayloadMode {
  const text = headers.get('x-amz-content-sha256')
  if (text !== undefined && /^[0-9a-fA-F]{64}$/.test(text)) return { kind: 'hash', sha256: text.toLowerCase() }
  const isChunked =
    text === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' || (text === undefined && headers.has('x-amz-trailer'))
  return isChunked ? { kind: 'chunked', signed: false, trailer: true } : { kind: 'unsigned' }
}
