import { hash } from 'node:crypto'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { readAuthorizationHeader } from './authorization-header.ts'
import type { SignatureClaim } from './claim.ts'
import type { ClaimHead } from './credential-scope.ts'
import { isPresigned, readPresignedQuery } from './presigned-query.ts'

/**
 * What a request to a service other than S3 says about its signature; undefined: it is anonymous. These services always sign the hash of
 * the body, and have no header for it. Throws the refusals of a claim that cannot be read.
 */
export function readWholeBodyClaim(request: RawRequest, query: Query, body: Buffer): SignatureClaim | undefined {
  const head = readHead(request, query)
  const sha = hash('sha256', body, 'hex')
  return head && Object.assign(head, { payload: { kind: 'hash', sha256: sha } as const, payloadHash: sha })
}

function readHead(request: RawRequest, query: Query): ClaimHead | undefined {
  const authorization = request.headers.get('authorization')
  if (authorization) return readAuthorizationHeader(request, authorization)
  return isPresigned(query) ? readPresignedQuery(request, query) : undefined
}
