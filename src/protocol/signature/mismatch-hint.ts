import { createHash } from 'node:crypto'
import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { canonicalBytes, canonicalPath, canonicalRequest } from './canonical-request.ts'
import type { SignatureClaim } from './claim.ts'
import type { SignatureCheck } from './sigv4.ts'
import { stringToSign } from './string-to-sign.ts'

/**
 * Why a signature does not fit, where a known fault of signers explains it: one sentence for `x-mrap-hint`. The signature is tried
 * against what such a signer would have signed.
 */
export function mismatchHint(claim: SignatureClaim, request: RawRequest, query: Query, check: SignatureCheck): string {
  const path = canonicalPath(request.path)
  const signed = (variant: string) => {
    if (variant === path) return false
    const canonical = canonicalRequest(claim, request, query, { path: variant })
    const hash = createHash('sha256').update(canonicalBytes(canonical)).digest('hex')
    return check(stringToSign(claim, hash), claim.signature)
  }
  const normalized = normalizedPath(path)
  if (signed(normalized)) {
    return `The signer normalized the path to ${normalized}; S3 signs it as it is sent, with empty and dot segments.`
  }
  if (signed(path.replaceAll('%', '%25'))) {
    return 'The signer encoded the path twice; S3 signs it encoded once. Switch double encoding off in the signer.'
  }
  const upperCase = path.replace(/%[0-9A-Fa-f]{2}/g, escaped => escaped.toUpperCase())
  if (signed(upperCase))
    return 'The path has percent-escapes in lower case; send them in upper case, as they were signed.'
  return 'Compare CanonicalRequest in the answer with the one your signer made; if they agree, the secret access key differs.'
}

/** Without empty and dot segments, as services other than S3 want it. */
function normalizedPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}${/\/\.{0,2}$/.test(path) && kept.length > 0 ? '/' : ''}`
}
