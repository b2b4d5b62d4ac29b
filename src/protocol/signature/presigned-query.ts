import { type AwsError, errors } from '../errors.ts'
import { type Query, repeatedParameter } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { parseAmzDate } from './amz-date.ts'
import { type ClaimHead, isAlgorithm, readCredentialScope, readSignedHeaders } from './credential-scope.ts'

/** S3 signs for a week at most. */
const longestExpirySeconds = 604_800

/** True when the query claims to be signed. Names are matched exactly, as S3 does. */
export function isPresigned(query: Query): boolean {
  return query.has('X-Amz-Algorithm') || query.has('X-Amz-Credential') || query.has('X-Amz-Signature')
}

/**
 * Reads the parameters of a presigned URL. Throws AuthorizationQueryParametersError.
 * Source: API reference, "Authenticating Requests: Using Query Parameters".
 */
export function readPresignedQuery(request: RawRequest, query: Query): ClaimHead {
  const repeated = repeatedParameter(query, parameters)
  if (repeated !== undefined) {
    // ASSUMED: the sentence.
    throw errors.AuthorizationQueryParametersError({}, { hint: `${repeated} stands in the query more than once.` })
  }
  const algorithm = query.get('X-Amz-Algorithm')
  const credential = query.get('X-Amz-Credential')
  const signature = query.get('X-Amz-Signature')
  const amzDate = query.get('X-Amz-Date')
  const headerNames = query.get('X-Amz-SignedHeaders')
  const expires = query.get('X-Amz-Expires')
  if (!algorithm || !credential || !signature || !amzDate || !headerNames || !expires) {
    throw errors.AuthorizationQueryParametersError()
  }
  if (!isAlgorithm(algorithm)) {
    throw refused('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
  }
  const scope = readCredentialScope('query', algorithm, credential)
  const signedAt = parseAmzDate(amzDate)
  if (signedAt === undefined) {
    throw refused(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
  }
  const signedHeaders = readSignedHeaders(headerNames)
  // ASSUMED: wording.
  if (!signedHeaders) throw refused('X-Amz-SignedHeaders must be header names in lower case, separated by ";"')
  return {
    via: 'query',
    algorithm,
    ...scope,
    regionSet: algorithm === 'AWS4-ECDSA-P256-SHA256' ? readRegionSet(query) : undefined,
    amzDate,
    signedAt,
    expiresSeconds: readExpires(expires),
    signedHeaders,
    signature,
    sessionToken: query.get('X-Amz-Security-Token') ?? request.headers.get('x-amz-security-token'),
  }
}

const parameters = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Region-Set',
  'X-Amz-Content-Sha256',
])

function readExpires(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw refused('X-Amz-Expires should be a number')
  const seconds = Number(text)
  // 0 is not refused here: such a URL has expired when it arrives.
  if (seconds < 0) throw refused('X-Amz-Expires must be non-negative')
  if (seconds > longestExpirySeconds) {
    throw refused(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  return seconds
}

function readRegionSet(query: Query): string {
  const regionSet = query.get('X-Amz-Region-Set')
  if (regionSet) return regionSet
  // ASSUMED: the sentence for missing parameters covers this one too.
  throw errors.AuthorizationQueryParametersError(
    {},
    { hint: 'A URL presigned with SigV4A also needs X-Amz-Region-Set; for an MRAP the value is *.' },
  )
}

function refused(Message: string): AwsError {
  return errors.AuthorizationQueryParametersError({ Message })
}
