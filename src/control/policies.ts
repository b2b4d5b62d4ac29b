import { formatMrapArn } from '../server/endpoint/arn.ts'
import type { Condition } from '../server/policy/conditions.ts'
import { readPolicy, type Statement } from '../server/policy/document.ts'
import { isOfMrap } from '../server/policy/resources.ts'
import type { MultiRegionAccessPoint } from '../store/rows.ts'
import type { AsyncFailure } from './async-operations.ts'

// ASSUMED: a policy of an MRAP may be as long as one of a bucket, 20 KB.
const policyLimitBytes = 20 * 1024

/**
 * Why a policy cannot become that of this MRAP, or undefined: it is too long, malformed, speaks of anything but this MRAP and the
 * objects behind it, or is public while the MRAP's BlockPublicPolicy is set.
 */
export function whyPolicyFails(policy: string, mrap: MultiRegionAccessPoint): AsyncFailure | undefined {
  const fail = (code: AsyncFailure['code'], message: string) => ({ code, message, resource: mrap.name })
  if (Buffer.byteLength(policy) > policyLimitBytes) {
    return fail('MalformedPolicy', `The policy is longer than ${policyLimitBytes} bytes.`)
  }
  const read = readMrapPolicy(policy, mrap)
  if (!read.ok) return fail('MalformedPolicy', read.problem)
  if (mrap.publicAccessBlock.blockPublicPolicy && isPublic(read.statements)) {
    return fail(
      'AccessDenied',
      'The policy is public, and BlockPublicPolicy of the Multi-Region Access Point forbids that.',
    )
  }
  return undefined
}

/** Whether a policy, once established, makes the MRAP public. One that cannot be read allows nothing. */
export function isPublicPolicy(policy: string, mrap: MultiRegionAccessPoint): boolean {
  const read = readMrapPolicy(policy, mrap)
  return read.ok && isPublic(read.statements)
}

function readMrapPolicy(policy: string, mrap: MultiRegionAccessPoint) {
  const arn = formatMrapArn(mrap)
  return readPolicy(policy, { isOwnResource: pattern => isOfMrap(pattern, arn) })
}

/**
 * Public: an Allow for everyone that no condition limits to fixed values. Source: user guide, "Blocking public access", "The meaning
 * of public".
 */
function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && principals.list.some(({ kind }) => kind === 'everyone') && !conditions.some(isLimiting),
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

function isLimiting({ operator, key, values }: Condition): boolean {
  const name = key.toLowerCase()
  const isFixed = (value: string) => !/[*?]|\$\{/.test(value) && (name !== 'aws:sourceip' || isNarrow(value))
  return limitingOperators.includes(operator) && limitingKeys.has(name) && values.length > 0 && values.every(isFixed)
}

/** Addresses broader than /8 (IPv4) or /32 (IPv6) count as everyone's. */
function isNarrow(cidr: string): boolean {
  const [address = '', prefix = '128'] = cidr.split('/')
  return Number(prefix) >= (address.includes(':') ? 32 : 8)
}
