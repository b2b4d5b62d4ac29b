import { errors } from '../errors.ts'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import type { Algorithm, PayloadMode, SignatureClaim } from './claim.ts'
import type { ClaimHead } from './credential-scope.ts'

interface Streaming {
  readonly mode: PayloadMode
  /** Algorithm that the name commits the request to. */
  readonly algorithm?: Algorithm
}

const unsigned: PayloadMode = { kind: 'unsigned' }
const chunked = (signed: boolean, trailer: boolean): PayloadMode => ({ kind: 'chunked', signed, trailer })
const hmac = 'AWS4-HMAC-SHA256'
const ecdsa = 'AWS4-ECDSA-P256-SHA256'

const modes = new Map<string, Streaming>([
  ['UNSIGNED-PAYLOAD', { mode: unsigned }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { mode: chunked(false, true) }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { mode: chunked(true, false), algorithm: hmac }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { mode: chunked(true, true), algorithm: hmac }],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', { mode: chunked(true, false), algorithm: ecdsa }],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER', { mode: chunked(true, true), algorithm: ecdsa }],
])

/**
 * What the request says about its payload: `x-amz-content-sha256`, in a presigned URL the parameter `X-Amz-Content-Sha256`, else the
 * header if it is signed, else `UNSIGNED-PAYLOAD`. Throws InvalidRequest where a signed header request has none, InvalidArgument for a value that
 * S3 does not know or that names the other signature algorithm.
 */
export function readPayload(
  claim: ClaimHead,
  request: RawRequest,
  query: Query,
): Pick<SignatureClaim, 'payload' | 'payloadHash'> {
  const sent = request.headers.get('x-amz-content-sha256')
  // Beside a presigned URL the header counts only where it is signed (recorded).
  const header = claim.via === 'header' || claim.signedHeaders.includes('x-amz-content-sha256') ? sent : undefined
  const payloadHash =
    claim.via === 'query' ? (query.get('X-Amz-Content-Sha256') ?? header ?? 'UNSIGNED-PAYLOAD') : header
  if (!payloadHash) {
    throw errors.InvalidRequest({ Message: 'Missing required header for this request: x-amz-content-sha256' })
  }
  if (/^[0-9a-fA-F]{64}$/.test(payloadHash)) {
    return { payload: { kind: 'hash', sha256: payloadHash.toLowerCase() }, payloadHash }
  }
  const known = modes.get(payloadHash)
  if (!known) throw invalidPayload(payloadHash)
  if (known.algorithm !== undefined && known.algorithm !== claim.algorithm) {
    throw invalidPayload(
      payloadHash,
      `The request is signed with ${claim.algorithm}, but its x-amz-content-sha256 names ${known.algorithm} for the chunks. Both must be the same.`,
    )
  }
  return { payload: known.mode, payloadHash }
}

/** The refusal of a value that S3 does not know, or that does not go with the signature. */
export function invalidPayload(value: string, hint?: string) {
  return errors.InvalidArgument(
    {
      Message: `x-amz-content-sha256 must be ${[...modes.keys()].join(', ')} or a valid sha256 value.`,
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: value,
    },
    { hint },
  )
}
