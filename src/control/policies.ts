import { mrapRules, readPolicy } from '../policy/document.ts'
import { isPublicPolicy } from '../policy/is-public.ts'
import { formatMrapArn, type MrapArn } from '../protocol/endpoint/arn.ts'
import type { MultiRegionAccessPoint, PublicAccessBlock } from '../store/rows.ts'
import type { AsyncFailure } from './async-operations.ts'

// ASSUMED: a policy of an MRAP may be as long as one of a bucket, 20 KB.
const policyLimitBytes = 20 * 1024

/**
 * Why a policy cannot become that of this MRAP, or undefined: it is too long, malformed, speaks of anything but this MRAP and the
 * objects behind it, or is public while BlockPublicPolicy of the MRAP, or of its account (`accountBlock`), is set.
 */
export function whyPolicyFails(
  policy: string,
  mrap: MultiRegionAccessPoint,
  accountBlock: PublicAccessBlock | undefined,
): AsyncFailure | undefined {
  const fail = (code: AsyncFailure['code'], message: string) => ({ code, message, resource: mrap.name })
  if (Buffer.byteLength(policy) > policyLimitBytes) {
    return fail('MalformedPolicy', `The policy is longer than ${policyLimitBytes} bytes.`)
  }
  const read = readMrapPolicy(policy, mrap)
  if (!read.ok) return fail('MalformedPolicy', read.problem)
  const isBlocked = mrap.publicAccessBlock.blockPublicPolicy || accountBlock?.blockPublicPolicy
  if (isBlocked && isPublicPolicy(read.statements, 'access-point')) {
    return fail(
      'AccessDenied',
      'The policy is public, and BlockPublicPolicy of the Multi-Region Access Point or of the account forbids that.',
    )
  }
  return undefined
}

/** Whether a policy, once established, makes the MRAP public. One that cannot be read allows nothing. */
export function isPublic(policy: string, mrap: MultiRegionAccessPoint): boolean {
  const read = readMrapPolicy(policy, mrap)
  return read.ok && isPublicPolicy(read.statements, 'access-point')
}

/** What is wrong with a policy, in the service's words; undefined: this MRAP can have it. */
export function policyProblem(policy: string, mrap: MrapArn): string | undefined {
  const read = readMrapPolicy(policy, mrap)
  return read.ok ? undefined : read.problem
}

function readMrapPolicy(policy: string, mrap: MrapArn) {
  return readPolicy(policy, mrapRules(formatMrapArn(mrap)))
}
