import { errors } from '../errors.ts'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { readAuthorizationHeader } from './authorization-header.ts'
import type { SignatureClaim, Version2Claim } from './claim.ts'
import { readPayload } from './payload-mode.ts'
import { isPresigned, readPresignedQuery } from './presigned-query.ts'
import { isVersion2Header, isVersion2Query, readVersion2Header, readVersion2Query } from './sigv2-claim.ts'

/**
 * What a request says about its signature, in the Authorization header or in the query; undefined: it is anonymous. Nothing is
 * checked against a secret or a clock yet. Throws the refusals of a claim that cannot be read, and InvalidArgument for a request that
 * is signed in two ways.
 */
export function readClaim(request: RawRequest, query: Query): SignatureClaim | Version2Claim | undefined {
  const [authorization, second] = request.headers.all('authorization').filter(value => value !== '')
  const presigned = isPresigned(query)
  const version2 = isVersion2Query(query)
  if (authorization !== undefined && (second !== undefined || presigned || version2)) throw twoMechanisms(authorization)
  if (authorization !== undefined) {
    if (isVersion2Header(authorization)) return readVersion2Header(request, authorization)
    const claim = readAuthorizationHeader(request, authorization)
    // Not a spread: one is several times slower, and this runs for every request.
    return Object.assign(claim, readPayload(claim, request, query))
  }
  if (version2) return readVersion2Query(request, query)
  if (!presigned) return undefined
  const claim = readPresignedQuery(request, query)
  return Object.assign(claim, readPayload(claim, request, query))
}

function twoMechanisms(authorization: string) {
  return errors.InvalidArgument({
    Message:
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    ArgumentName: 'Authorization',
    ArgumentValue: authorization,
  })
}
