import type { Caller } from '../caller.ts'
import { canonicalUserId } from '../canonical-user.ts'

/** A principal of a statement, parsed. Source: IAM reference, "AWS JSON policy elements: Principal". */
export type Principal =
  | { readonly kind: 'everyone' }
  /** An account: by its id or by the ARN of its root. */
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'user' | 'role'; readonly accountId: string; readonly name: string }
  | { readonly kind: 'session'; readonly accountId: string; readonly role: string; readonly session: string }
  | { readonly kind: 'canonical-user'; readonly id: string }
  /** Services and federated users never call here. */
  | { readonly kind: 'outside' }

const arnForm = /^arn:aws:(iam|sts)::(\d{12}):(root|user|role|assumed-role)(?:\/([\w+=,.@/-]{1,600}))?$/

/**
 * Principals of one entry: `AWS`, `CanonicalUser`, `Service` or `Federated` with its value; undefined for a bad value.
 * Paths of users and roles are dropped: names are unique in an account.
 */
export function readPrincipal(type: string, value: string): Principal | undefined {
  if (type === 'Service' || type === 'Federated') return { kind: 'outside' }
  if (type === 'CanonicalUser') return /^[0-9a-f]{64}$/.test(value) ? { kind: 'canonical-user', id: value } : undefined
  if (type !== 'AWS') return undefined
  if (value === '*') return { kind: 'everyone' }
  if (/^\d{12}$/.test(value)) return { kind: 'account', accountId: value }
  const [, service, accountId, kind, rest] = arnForm.exec(value) ?? []
  if (accountId === undefined) return undefined
  if (kind === 'root') return service === 'iam' && rest === undefined ? { kind: 'account', accountId } : undefined
  const parts = rest?.split('/') ?? []
  const last = parts.at(-1)
  if (!last) return undefined
  if (service === 'iam' && (kind === 'user' || kind === 'role')) return { kind, accountId, name: last }
  const [role] = parts
  if (service !== 'sts' || kind !== 'assumed-role' || parts.length !== 2 || !role) return undefined
  return { kind: 'session', accountId, role, session: last }
}

/** Whether `Principal` names the caller. An account stands for all of its users and roles. */
export function namesCaller(principals: readonly Principal[], caller: Caller): boolean {
  return principals.some(principal => isCaller(principal, caller, true))
}

/** Whether `NotPrincipal` excepts the caller. Here an account stands for its root user alone (IAM guide, "NotPrincipal"). */
export function exceptsCaller(principals: readonly Principal[], caller: Caller): boolean {
  return principals.some(principal => isCaller(principal, caller, false))
}

function isCaller(principal: Principal, caller: Caller, accountMeansAll: boolean): boolean {
  if (principal.kind === 'everyone') return true
  if (principal.kind === 'outside' || caller.kind === 'anonymous') return false
  if (principal.kind === 'canonical-user') {
    return principal.id === canonicalUserId(caller.accountId) && (accountMeansAll || caller.kind === 'root')
  }
  if (principal.accountId !== caller.accountId) return false
  if (principal.kind === 'account') return accountMeansAll || caller.kind === 'root'
  if (principal.kind === 'session') {
    return caller.kind === 'role' && caller.name === principal.role && caller.sessionName === principal.session
  }
  return caller.kind === principal.kind && caller.name === principal.name
}
