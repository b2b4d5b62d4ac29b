import { type AwsError, type ErrorExtras, errors } from '../errors.ts'
import type { Algorithm, SignatureClaim } from './claim.ts'

type Via = SignatureClaim['via']

/** What a claim says before the payload mode is read. */
export type ClaimHead = Omit<SignatureClaim, 'payload' | 'payloadHash'>

/** The parts of `Credential`, or of `X-Amz-Credential`. */
export type CredentialScope = Pick<SignatureClaim, 'accessKeyId' | 'scopeDate' | 'region' | 'service'>

/** True for the two algorithms that S3 knows. */
export function isAlgorithm(text: string): text is Algorithm {
  return text === 'AWS4-HMAC-SHA256' || text === 'AWS4-ECDSA-P256-SHA256'
}

/** `<date>/<region>/<service>/aws4_request`; SigV4A has no Region in it. */
export function scopeOf(claim: CredentialScope): string {
  const region = claim.region === undefined ? '' : `${claim.region}/`
  return `${claim.scopeDate}/${region}${claim.service}/aws4_request`
}

/**
 * The refusal of a credential or its scope: AuthorizationHeaderMalformed for a signed header, AuthorizationQueryParametersError for a
 * presigned URL, each with its own opening words.
 */
export function malformedCredential(
  via: Via,
  detail: string,
  fields: Readonly<Record<string, string>> = {},
  extras: ErrorExtras = {},
): AwsError {
  if (via === 'query') {
    const Message = `Error parsing the X-Amz-Credential parameter; ${detail}`
    return errors.AuthorizationQueryParametersError({ Message, ...fields }, extras)
  }
  const Message = `The authorization header is malformed; ${detail}`
  return errors.AuthorizationHeaderMalformed({ Message, ...fields }, extras)
}

/**
 * Reads `<access key id>/<yyyymmdd>/<region>/<service>/aws4_request`, for SigV4A without the Region. Throws the refusals of
 * `malformedCredential`. An empty Region is read: one client sends it, and the Region check names it.
 */
export function readCredentialScope(via: Via, algorithm: Algorithm, text: string): CredentialScope {
  const hasRegion = algorithm === 'AWS4-HMAC-SHA256'
  const parts = text.split('/')
  const [accessKeyId = '', scopeDate = ''] = parts
  const region = hasRegion ? parts[2] : undefined
  const [service = '', terminal = ''] = parts.slice(hasRegion ? 3 : 2)
  if (parts.length !== (hasRegion ? 5 : 4) || accessKeyId === '' || service === '') {
    const form = hasRegion ? 'REGION/SERVICE' : 'SERVICE'
    throw malformedCredential(
      via,
      `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/${form}/aws4_request".`,
      {},
      {
        hint: hasRegion
          ? undefined
          : 'The credential scope of SigV4A has no Region; X-Amz-Region-Set carries the Regions.',
      },
    )
  }
  if (!/^\d{8}$/.test(scopeDate)) {
    throw malformedCredential(
      via,
      `incorrect date format "${scopeDate}". This date in the credential must be in the format "yyyyMMdd".`,
    )
  }
  if (terminal !== 'aws4_request') {
    throw malformedCredential(via, `incorrect terminal "${terminal}". This endpoint uses "aws4_request".`)
  }
  return { accessKeyId, scopeDate, region, service }
}

/**
 * Header names of a `SignedHeaders` list, in its order. Names are lower case by rule and used as sent. Returns undefined for a list
 * that is empty, names a header twice (a long value named a thousand times makes a huge canonical request) or has something else
 * in it.
 */
export function readSignedHeaders(text: string): readonly string[] | undefined {
  const names = text.split(';')
  if (new Set(names).size !== names.length) return undefined
  return names.every(name => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) ? names : undefined
}
