import { mrapRules, type ReadPolicy, readPolicy } from '../../policy/document.ts'

/** Reads the policy of the MRAP that an ARN names. */
export function readMrapPolicy(policy: string, mrapArn: string): ReadPolicy {
  return readPolicy(policy, mrapRules(mrapArn))
}
