import { canonicalUserId } from '../../protocol/canonical-user.ts'
import type { Infer } from '../../protocol/xml/shape.ts'
import type { Owner } from '../shapes.ts'

/** `accountId` as an owner: the canonical user id alone. */
export function ownerOf(accountId: string): Infer<typeof Owner> {
  return { ID: canonicalUserId(accountId) }
}
