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
}

type Value = string | readonly string[] | undefined

/** Condition keys, by key in lower case, each with what a request has for it. */
export type KeyValues<Seen> = Readonly<Record<string, (seen: Seen) => Value>>

const header = (name: string) => (seen: RequestSeen) => seen.request.headers.get(name)

/**
 * The condition keys that depend on the request alone. Source: IAM reference, "AWS global condition context keys"; service
 * authorization reference, "Condition keys for Amazon S3". aws:PrincipalOrgID, aws:PrincipalTag and other keys of organizations, tags
 * of users and roles, VPCs and multi-factor sessions are always absent.
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
  'aws:principalaccount': ({ caller }) => (caller.kind === 'anonymous' ? undefined : caller.accountId),
  'aws:principalarn': ({ caller }) => principalArn(caller),
  'aws:principalisawsservice': () => 'false',
  'aws:principaltype': ({ caller }) => principalTypes[caller.kind],
  'aws:referer': header('referer'),
  'aws:requestedregion': ({ region }) => region,
  'aws:resourceaccount': ({ resourceAccount }) => resourceAccount,
  'aws:securetransport': ({ request }) => String(request.isSecure === true),
  // Node shows IPv4 clients of an IPv6 socket in IPv6.
  'aws:sourceip': ({ request }) => request.remoteAddress.replace(/^::ffff:/, ''),
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
    const value = byKey.get(key)?.(seen)
    return typeof value === 'string' ? [value] : value
  }
}

const principalTypes = { root: 'Account', user: 'User', role: 'AssumedRole', anonymous: 'Anonymous' } as const

/** For a session that of its role. */
function principalArn(caller: Caller): string | undefined {
  if (caller.kind === 'anonymous') return undefined
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
