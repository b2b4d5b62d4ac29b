import { createHash } from 'node:crypto'

const known = new Map<string, string>()
const knownLimit = 10_000

/** Stands for an account where somebody who did not sign owns an object. */
export const anonymousAccountId = 'anonymous'

/** What S3 shows as the owner of objects that were written anonymously. */
export const anonymousUserId = '65a011a29cdf8ec533ec3d1ccaae921c'

/**
 * The canonical user id of an account, as owners and grantees carry it: lower-case hex SHA-256 of `mrap-local:<account
 * id>` (design 2.5).
 */
export function canonicalUserId(accountId: string): string {
  if (accountId === anonymousAccountId) return anonymousUserId
  const before = known.get(accountId)
  if (before) return before
  const id = createHash('sha256').update(`mrap-local:${accountId}`).digest('hex')
  if (known.size < knownLimit) known.set(accountId, id)
  return id
}
