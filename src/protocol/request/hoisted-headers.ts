import type { Claim } from '../signature/claim.ts'
import { headerText, requireHeaderName } from './header-text.ts'
import { readHeaders } from './headers.ts'
import type { Query } from './query.ts'
import { type RawRequest, withHeaders } from './raw-request.ts'

/** Query parameters that are the signature itself. */
const signing = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-region-set',
  'x-amz-content-sha256',
])

/** Headers of other names that S3 reads from the query of a presigned request, too (recorded). */
const alsoMoved = new Set(['if-match', 'if-none-match'])
/** Version 2 presigners also move these; they are part of what was signed. */
const movedByVersion2 = new Set(['content-type', 'content-md5'])

/**
 * Presigners move `x-amz-*` headers into the query, and S3 reads them there as if they were headers: the same request with those
 * added. A header that was really sent wins. Source: API reference, "Authenticating Requests: Using Query Parameters".
 */
export function hoistPresignedHeaders(request: RawRequest, query: Query, claim: Pick<Claim, 'algorithm'>): RawRequest {
  const moved = claim.algorithm === 'AWS' ? movedByVersion2 : alsoMoved
  const isMoved = (name: string) => (name.startsWith('x-amz-') ? !signing.has(name) : moved.has(name))
  const hoisted = query.parameters
    .filter(({ name }) => isMoved(name.toLowerCase()) && !request.headers.has(name))
    .map(({ name, value }) => {
      requireHeaderName(name)
      return [name, headerText(name.toLowerCase(), value)] as const
    })
  if (hoisted.length === 0) return request
  return withHeaders(request, readHeaders([...request.headers.pairs, ...hoisted]))
}
