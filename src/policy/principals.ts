import type { Caller } from '../protocol/caller.ts'
import { canonicalUserId } from '../protocol/canonical-user.ts'
import {
  type Fields,
  fieldsOf,
  invalidSyntax,
  itemPath,
  PolicyProblem,
  readEither,
  readStrings,
  within,
} from './fields.ts'

/** A principal of a statement, parsed. Source: IAM reference, "AWS JSON policy elements: Principal". */
export type Principal =
  | { readonly kind: 'everyone' }
  /** An account: by its id or by the ARN of its root. */
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'user' | 'role'; readonly accountId: string; readonly name: string }
  | { readonly kind: 'session'; readonly accountId: string; readonly role: string; readonly session: string }
  | { readonly kind: 'canonical-user'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }
  /** Federated users and origin access identities never call here. */
  | { readonly kind: 'outside' }

/** Principal or NotPrincipal of a statement. */
export interface Principals {
  /** NotPrincipal. */
  readonly except: boolean
  readonly list: readonly Principal[]
}

/** The principals of identity policies: whoever has the policy. */
export const everyone: Principals = { except: false, list: [{ kind: 'everyone' }] }

const invalidPrincipal = 'Invalid principal in policy'

/**
 * Reads the principals of a statement. Principals are checked for their form, not for existence. Throws what the service says of a
 * principal that is invalid, with the principal as detail.
 */
export function readPrincipals(fields: Fields): Principals {
  const read = readEither(fields, 'Principal')
  if (!read) throw new PolicyProblem('Missing required field Principal')
  const { except, value } = read
  if (value === '*') return { except, list: [{ kind: 'everyone' }] }
  // The service refuses every other text here, also an account or ARN that would be fine after `AWS`.
  if (typeof value === 'string') throw new PolicyProblem(invalidSyntax, { at: [read.name] })
  const byType = fieldsOf(value)
  if (!byType || byType.size === 0) throw new PolicyProblem(invalidPrincipal, { at: [read.name] })
  const readEntry = (type: string, names: unknown) =>
    readStrings(names, invalidPrincipal).map((name, index) => {
      const principal = readPrincipal(type, name)
      if (principal) return principal
      throw new PolicyProblem(invalidPrincipal, { detail: `"${type}" : "${name}"`, at: itemPath(names, index) })
    })
  const list = within(read.name, () =>
    [...byType].flatMap(([type, names]) => within(type, () => readEntry(type, names))),
  )
  return { except, list }
}

const arnForm = /^arn:aws:(iam|sts)::(\d{12}):(root|user|role|assumed-role|federated-user)(?:\/([\w+=,.@/-]{1,600}))?$/
const originAccessForm = /^arn:aws:iam::cloudfront:user\/CloudFront Origin Access Identity [A-Z0-9]{1,40}$/

/**
 * One principal of an entry: `AWS`, `CanonicalUser`, `Service` or `Federated`; undefined for a bad value.
 * Paths of users and roles are dropped: names are unique in an account.
 */
function readPrincipal(type: string, value: string): Principal | undefined {
  if (type === 'Service')
    return /^[a-z0-9][a-z0-9.-]{0,200}\.[a-z]+$/.test(value) ? { kind: 'service', name: value } : undefined
  if (type === 'Federated') return value === '' || value === '*' ? undefined : { kind: 'outside' }
  if (type === 'CanonicalUser') return /^[0-9a-f]{64}$/.test(value) ? { kind: 'canonical-user', id: value } : undefined
  if (type !== 'AWS') return undefined
  if (value === '*') return { kind: 'everyone' }
  if (/^\d{12}$/.test(value)) return { kind: 'account', accountId: value }
  return originAccessForm.test(value) ? { kind: 'outside' } : readArn(value)
}

function readArn(value: string): Principal | undefined {
  const [, service, accountId, kind, rest] = arnForm.exec(value) ?? []
  if (accountId === undefined) return undefined
  if (kind === 'root') return service === 'iam' && rest === undefined ? { kind: 'account', accountId } : undefined
  const parts = rest?.split('/') ?? []
  const last = parts.at(-1)
  if (!last) return undefined
  if (service === 'iam' && (kind === 'user' || kind === 'role')) return { kind, accountId, name: last }
  if (service === 'sts' && kind === 'federated-user') return { kind: 'outside' }
  const [role] = parts
  if (service !== 'sts' || kind !== 'assumed-role' || parts.length !== 2 || !role) return undefined
  return { kind: 'session', accountId, role, session: last }
}

/**
 * How closely a Principal must name a user or role to count. An account that is named stands for all of its users and roles; what it
 * is allowed, it may hand on to them by their own policies, so in its own resources its name alone lets none of them in.
 *
 *   account   any principal that the caller falls under
 *   caller    the user, the role or session, or everyone
 *   session   the session of a role
 */
export type Naming = 'account' | 'caller' | 'session'

/**
 * Whether the statement is about this caller. In Principal an account stands for all of its users and roles; in NotPrincipal it
 * excepts its root user alone (IAM guide, "NotPrincipal"). `naming` holds for Principal alone.
 */
export function matchesPrincipal({ except, list }: Principals, caller: Caller, naming: Naming = 'account'): boolean {
  return (
    list.some(principal => (except || isClose(principal, naming)) && isCaller(principal, caller, !except)) !== except
  )
}

function isClose({ kind }: Principal, naming: Naming): boolean {
  if (naming === 'session') return kind === 'session'
  return naming === 'account' || (kind !== 'account' && kind !== 'canonical-user')
}

function isCaller(principal: Principal, caller: Caller, accountMeansAll: boolean): boolean {
  if (principal.kind === 'everyone') return true
  if (principal.kind === 'outside' || caller.kind === 'anonymous') return false
  if (principal.kind === 'service' || caller.kind === 'service') {
    return principal.kind === caller.kind && principal.name === caller.name
  }
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
