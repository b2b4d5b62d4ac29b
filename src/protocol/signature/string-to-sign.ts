import type { SignatureClaim } from './claim.ts'
import { scopeOf } from './credential-scope.ts'

/** What is signed of a canonical request, whose SHA-256 is given in hexadecimal. */
export function stringToSign(claim: SignatureClaim, canonicalRequestSha256: string): string {
  return `${claim.algorithm}\n${claim.amzDate}\n${scopeOf(claim)}\n${canonicalRequestSha256}`
}
