import { organizationIds } from '../policy/request-keys.ts'
import type { Circumstances } from '../protocol/caller.ts'
import type { WorldAccount, WorldCredential } from './world.ts'

/** What a caller is known by. */
export interface KnownBy {
  /** undefined: an account that no world lists. */
  readonly account: Pick<WorldAccount, 'id' | 'organization'> | undefined
  /** The user or role. */
  readonly identity?: { readonly tags?: Readonly<Record<string, string>> | undefined } | undefined
  readonly key?: Pick<WorldCredential, 'vpc' | 'vpce' | 'service' | 'sourceArn' | 'context'> | undefined
  readonly isSession: boolean
}

/**
 * What AWS would know of requests with a key of the world, for condition keys. Source: IAM reference, "AWS global condition context
 * keys". A service acts for the account that its key stands in; all others act as that account.
 *
 * ASSUMED: the endpoint of a VPC is the account's own. A session has no multi-factor authentication, and says so, unless `context` says
 * otherwise.
 */
export function circumstancesOf({ account, identity, key = {}, isSession }: KnownBy): Circumstances {
  const { vpc, vpce, service, sourceArn, context = {} } = key
  const { id, paths } = organizationIds(account?.organization)
  const isService = service !== undefined
  const values: Record<string, string | readonly string[] | undefined> = {
    [isService ? 'aws:sourceorgid' : 'aws:principalorgid']: id,
    [isService ? 'aws:sourceorgpaths' : 'aws:principalorgpaths']: paths,
    'aws:sourceaccount': isService ? account?.id : undefined,
    'aws:sourcearn': sourceArn,
    'aws:sourcevpc': vpc,
    'aws:sourcevpce': vpce,
    'aws:vpceaccount': vpce && account?.id,
    'aws:vpceorgid': vpce && id,
    'aws:vpceorgpaths': vpce && paths,
    'aws:multifactorauthpresent': isSession ? 'false' : undefined,
  }
  for (const [name, value] of Object.entries(identity?.tags ?? {}))
    values[`aws:principaltag/${name.toLowerCase()}`] = value
  for (const [name, value] of Object.entries(context)) values[name.toLowerCase()] = value
  return new Map(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, typeof value === 'string' ? [value] : value]],
    ),
  )
}

/** Organization of an account of the world, or its place in one. */
export function organizationsOf(accounts: readonly WorldAccount[]): (accountId: string) => string | undefined {
  const places = new Map(accounts.map(({ id, organization }) => [id, organization]))
  return accountId => places.get(accountId)
}
