import { timingSafeEqual } from 'node:crypto'
import type { Credential } from '../caller.ts'
import { errors } from '../errors.ts'
import type { Claim } from './claim.ts'

/**
 * Checks that a claim brings exactly the session token of its credential, still valid at `now`. Throws InvalidToken,
 * InvalidAccessKeyId, ExpiredToken and UnsupportedSignature.
 */
export function checkToken(
  claim: Pick<Claim, 'sessionToken' | 'accessKeyId' | 'algorithm'>,
  credential: Credential,
  now: number,
): void {
  const { sessionToken, accessKeyId } = claim
  if (credential.sessionToken === undefined) {
    if (sessionToken === undefined) return
    throw errors.InvalidToken(
      { 'Token-0': sessionToken },
      { hint: `${accessKeyId} is a long-term key, which has no session token. Leave the token out.` },
    )
  }
  if (sessionToken === undefined) {
    throw errors.InvalidAccessKeyId(
      { AWSAccessKeyId: accessKeyId },
      { hint: `${accessKeyId} is a temporary key. Send its session token in x-amz-security-token.` },
    )
  }
  if (!sameText(sessionToken, credential.sessionToken)) throw errors.InvalidToken({ 'Token-0': sessionToken })
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) {
    throw errors.ExpiredToken({ 'Token-0': sessionToken })
  }
  if (credential.issuedBy === 'global' && claim.algorithm === 'AWS4-ECDSA-P256-SHA256') {
    throw errors.UnsupportedSignature(
      {},
      {
        hint:
          'The session comes from the global STS endpoint; SigV4A takes sessions of Regional ones alone. ' +
          'Set AWS_STS_REGIONAL_ENDPOINTS=regional.',
      },
    )
  }
}

/** Compares in a time that says nothing about where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
