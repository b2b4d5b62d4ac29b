import { type Caller, userIdOf } from '../protocol/caller.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import { parseAmzDate } from '../protocol/signature/amz-date.ts'
import type { Claim } from '../protocol/signature/claim.ts'
import type { ConditionContext } from './conditions.ts'

/** A request as conditions of every service see it. */
export interface RequestSeen {
  readonly request: RawRequest
  /** undefined: not signed. */
  readonly claim: Claim | undefined
  readonly caller: Caller
  /** The account of the resource asked for. */
  readonly resourceAccount: string
  /** The Region that serves the request; undefined: not known. */
  readonly region: string | undefined
  /** World time, milliseconds since the epoch. */
  readonly now: number
  /** What signatures go by. */
  readonly wall: number
  /** Organization of an account, or its place in one; undefined: it is in none. */
  readonly organizationOf?: ((accountId: string) => string | undefined) | undefined
}

type Value = string | readonly string[] | undefined

/** Condition keys, by key in lower case, each with what a request has for it. */
export type KeyValues<Seen> = Readonly<Record<string, (seen: Seen) => Value>>

const header = (name: string) => (seen: RequestSeen) => seen.request.headers.get(name)

/**
 * The condition keys that depend on the request alone. Source: IAM reference, "AWS global condition context keys"; service
 * authorization reference, "Condition keys for Amazon S3". What a request does not show (organizations, tags of users and roles, VPCs,
 * multi-factor sessions, what a service acts for) comes with the caller: see `Circumstances`.
 */
export const requestKeys: KeyValues<RequestSeen> = {
  's3:authtype': ({ claim }) => claim && authTypes[claim.via],
  's3:resourceaccount': ({ resourceAccount }) => resourceAccount,
  's3:signatureage': ({ claim, wall }) => ageOf(claim, wall),
  's3:signatureversion': ({ claim }) => claim?.algorithm,
  // ASSUMED: which version was negotiated is not looked at; clients of today take 1.3.
  's3:tlsversion': ({ request }) => (request.isSecure ? '1.3' : undefined),
  's3:x-amz-content-sha256': header('x-amz-content-sha256'),
  'aws:currenttime': ({ now }) => new Date(now).toISOString(),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:principalaccount': ({ caller }) => (isIdentity(caller) ? caller.accountId : undefined),
  'aws:principalarn': ({ caller }) => principalArn(caller),
  'aws:principalisawsservice': ({ caller }) => String(caller.kind === 'service'),
  'aws:principalservicename': ({ caller }) => (caller.kind === 'service' ? caller.name : undefined),
  'aws:principalservicenameslist': ({ caller }) => (caller.kind === 'service' ? [caller.name] : undefined),
  'aws:principaltype': ({ caller }) => principalTypes[caller.kind],
  'aws:referer': header('referer'),
  'aws:requestedregion': ({ region }) => region,
  'aws:resourceaccount': ({ resourceAccount }) => resourceAccount,
  'aws:resourceorgid': seen => organizationIds(organizationOf(seen)).id,
  'aws:resourceorgpaths': seen => organizationIds(organizationOf(seen)).paths,
  'aws:securetransport': ({ request }) => String(request.isSecure === true),
  // Through an endpoint of a VPC the address is one of that network, under a key of its own.
  'aws:sourceip': seen => (isThroughEndpoint(seen) ? undefined : addressOf(seen)),
  'aws:vpcsourceip': seen => (isThroughEndpoint(seen) ? addressOf(seen) : undefined),
  'aws:useragent': header('user-agent'),
  'aws:userid': ({ caller }) => userIdOf(caller),
  'aws:username': ({ caller }) => (caller.kind === 'user' ? caller.name : undefined),
  'aws:viaawsservice': () => 'false',
}

/** A map, since keys come from clients: an object would find its own `constructor`. */
const byKey = new Map(Object.entries(requestKeys))

/** The condition keys of a request that has no others, each computed when a statement asks for it. */
export function requestContext(seen: RequestSeen): ConditionContext {
  return key => {
    const value = seen.caller.circumstances?.get(key) ?? byKey.get(key)?.(seen)
    return typeof value === 'string' ? [value] : value
  }
}

// ASSUMED: of a service, aws:PrincipalType, aws:PrincipalArn and aws:PrincipalAccount are absent.
const principalTypes = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  anonymous: 'Anonymous',
  service: undefined,
} as const

/** Id and paths of an organization, from its id alone or a place in it, `o-a1b2/r-ab12/ou-ab12-1111/`. */
export function organizationIds(place: string | undefined): {
  readonly id: string | undefined
  readonly paths: readonly string[] | undefined
} {
  const id = place?.split('/')[0]
  return { id, paths: place === undefined || place === id ? undefined : [place] }
}

function organizationOf({ organizationOf, resourceAccount }: RequestSeen): string | undefined {
  return organizationOf?.(resourceAccount)
}

function isThroughEndpoint({ caller }: RequestSeen): boolean {
  return caller.circumstances?.has('aws:sourcevpce') === true
}

/** Node shows IPv4 clients of an IPv6 socket in IPv6. */
function addressOf({ request }: RequestSeen): string {
  return request.remoteAddress.replace(/^::ffff:/, '')
}

/** A user, role or root of an account. */
function isIdentity(caller: Caller): caller is Exclude<Caller, { kind: 'anonymous' | 'service' }> {
  return caller.kind !== 'anonymous' && caller.kind !== 'service'
}

/** For a session that of its role. */
function principalArn(caller: Caller): string | undefined {
  if (!isIdentity(caller)) return undefined
  const name = caller.kind === 'root' ? 'root' : `${caller.kind}/${caller.name}`
  return `arn:aws:iam::${caller.accountId}:${name}`
}

const authTypes = { header: 'REST-HEADER', query: 'REST-QUERY-STRING', form: 'POST' } as const

/** How long ago a request was signed, in milliseconds; undefined for Signature Version 2, whose URLs do not say. */
function ageOf(claim: Claim | undefined, wall: number): string | undefined {
  if (!claim || claim.algorithm === 'AWS') return undefined
  const signedAt = claim.via === 'form' ? parseAmzDate(claim.scope?.amzDate ?? '') : claim.signedAt
  return signedAt === undefined ? undefined : String(Math.max(wall - signedAt, 0))
}
