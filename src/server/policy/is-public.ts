import type { Condition } from './conditions.ts'
import type { Statement } from './document.ts'

/** What a policy is attached to; MRAPs are access points. */
export type PolicyKind = 'bucket' | 'access-point'

/**
 * Public: an Allow for everyone that no condition limits to fixed values. Source: user guide, "Blocking public access", "The meaning
 * of public".
 */
export function isPublicPolicy(statements: readonly Statement[], kind: PolicyKind): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      principals.list.some(({ kind }) => kind === 'everyone') &&
      !conditions.some(condition => isLimiting(condition, kind)),
  )
}

const limitingOperators = ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike', 'IpAddress']
const limitingKeys = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceip',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:userid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
])

function isLimiting({ operator, key, values }: Condition, _kind: PolicyKind): boolean {
  const name = key.toLowerCase()
  const isFixed = (value: string) => !/[*?]|\$\{/.test(value) && (name !== 'aws:sourceip' || isNarrow(value))
  return limitingOperators.includes(operator) && limitingKeys.has(name) && values.length > 0 && values.every(isFixed)
}

/** Addresses broader than /8 (IPv4) or /32 (IPv6) count as everyone's. */
function isNarrow(cidr: string): boolean {
  const [address = '', prefix = '128'] = cidr.split('/')
  return Number(prefix) >= (address.includes(':') ? 32 : 8)
}
