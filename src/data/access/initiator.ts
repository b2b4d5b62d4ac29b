import type { Caller } from '../../protocol/caller.ts'
import type { Infer } from '../../protocol/xml/shape.ts'
import { ownerOf } from '../objects/owner.ts'
import type { Owner } from '../shapes.ts'

/**
 * Who began an upload, as text to be stored: the account id of a root user, else the ARN of the user or session. An anonymous caller
 * counts as the bucket's account.
 */
export function initiatorOf(caller: Caller, bucketAccountId: string): string {
  switch (caller.kind) {
    case 'root':
      return caller.accountId
    case 'user':
      return `arn:aws:iam::${caller.accountId}:user/${caller.name}`
    case 'role':
      return `arn:aws:sts::${caller.accountId}:assumed-role/${caller.name}/${caller.sessionName}`
    case 'service':
      return caller.name
    case 'anonymous':
      return bucketAccountId
  }
}

/**
 * An initiator as listings show it: a root user by canonical user id, others by ARN. Unlike owners it still has a DisplayName (2026
 * recordings). ASSUMED: the name of a root user is its account id.
 */
export function shownInitiator(stored: string): Infer<typeof Owner> {
  if (!stored.startsWith('arn:')) return { ...ownerOf(stored), DisplayName: stored }
  return { ID: stored, DisplayName: stored.slice(stored.indexOf('/') + 1) }
}
