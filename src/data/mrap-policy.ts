import { type ReadPolicy, readPolicy } from '../server/policy/document.ts'
import { isOfMrap } from '../server/policy/resources.ts'

/** Reads the policy of the MRAP that an ARN names. */
export function readMrapPolicy(policy: string, mrapArn: string): ReadPolicy {
  return readPolicy(policy, { isOwnResource: pattern => isOfMrap(pattern, mrapArn) })
}
