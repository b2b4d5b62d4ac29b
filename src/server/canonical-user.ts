import { createHash } from 'node:crypto'

const known = new Map<string, string>()
const knownLimit = 10_000

/**
 * The canonical user id of an account, as owners and grantees carry it: lower-case hex SHA-256 of `mrap-local:<account
 * id>` (design 2.5).
 */
export function canonicalUserId(accountId: string): string {
  const before = known.get(accountId)
  if (before) return before
  const id = createHash('sha256').update(`mrap-local:${accountId}`).digest('hex')
  if (known.size < knownLimit) known.set(accountId, id)
  return id
}
