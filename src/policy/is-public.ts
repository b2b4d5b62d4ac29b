import type { Condition } from './conditions.ts'
import { parseIpRange } from './ip-ranges.ts'
import type { Statement } from './statement.ts'

/** What a policy is attached to; MRAPs are access points. */
export type PolicyKind = 'bucket' | 'access-point'

/**
 * Whether S3 calls a policy public: some Allow is neither for fixed principals nor limited by a condition to fixed values. A fixed value
 * has no wildcard and no policy variable. Source: user guide, "Blocking public access to your Amazon S3 storage", "The meaning of
 * public":
 *
 *   aws:PrincipalOrgID, aws:PrincipalOrgPaths, aws:SourceArn, aws:SourceVpc, aws:SourceVpce, aws:SourceOwner,
 *   aws:SourceAccount, s3:x-amz-server-side-encryption-aws-kms-key-id, s3:DataAccessPointAccount         fixed
 *   aws:userid                fixed, so not `AROLEID:*`
 *   aws:SourceIp              ranges not broader than /8 (IPv4) and /32 (IPv6); all private ones of RFC 1918 are such
 *   s3:DataAccessPointArn     fixed; in the policy of a bucket it is enough that the account is
 */
export function isPublicPolicy(statements: readonly Statement[], kind: PolicyKind): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      (principals.except || principals.list.some(principal => principal.kind === 'everyone')) &&
      !conditions.some(condition => isLimiting(condition, kind)),
  )
}

const limitingKeys = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])

/** A condition that also holds without the key (negated, `IfExists`, `ForAllValues`) limits nobody. */
function isLimiting({ values, ready: { key, operator } }: Condition, kind: PolicyKind): boolean {
  const { family, negated, ifExists, quantifier } = operator
  if (!limitingKeys.has(key) || negated || ifExists || quantifier === 'all') return false
  if (family !== 'string' && family !== 'arn' && family !== 'ip') return false
  return values.length > 0 && values.every(value => isFixed(key, value, kind))
}

function isFixed(key: string, value: string, kind: PolicyKind): boolean {
  if (key === 's3:dataaccesspointarn' && kind === 'bucket') return /^\d{12}$/.test(value.split(':')[4] ?? '')
  if (/[*?]|\$\{/.test(value)) return false
  return key !== 'aws:sourceip' || isNarrow(value)
}

function isNarrow(text: string): boolean {
  const range = parseIpRange(text)
  return range !== undefined && range.prefixBits >= (range.version === 6 ? 32 : 8)
}
