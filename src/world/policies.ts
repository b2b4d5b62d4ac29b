import { bucketRules, identityRules, mrapRules, type PolicyRules, readPolicy } from '../policy/document.ts'
import { formatBucketArn, formatMrapArn } from '../protocol/endpoint/arn.ts'
import type { BucketDocument, MrapDocument } from './document.ts'
import { type Flaw, type MemberPath, valueAt } from './flaw.ts'

/** Policies of users and roles: a caller with one that cannot be read could not be judged. */
export function* identityPolicyFlaws(policies: readonly object[], path: MemberPath): Generator<Flaw, void> {
  for (const [index, policy] of policies.entries()) yield* policyFlaws(policy, identityRules, [...path, index])
}

export function* bucketPolicyFlaws({ name, policy }: BucketDocument, path: MemberPath): Generator<Flaw, void> {
  if (policy) yield* policyFlaws(policy, bucketRules(formatBucketArn(name)), path)
}

/** Of an alias that is not pinned yet, no policy can speak but by a wildcard. */
export function* mrapPolicyFlaws(
  { alias = 'notyetknown.mrap', policy }: MrapDocument,
  accountId: string,
  path: MemberPath,
): Generator<Flaw, void> {
  if (policy) yield* policyFlaws(policy, mrapRules(formatMrapArn({ accountId, alias })), path)
}

/** The first fault of a policy, in the service's words, at the member and with the value that it is about. */
function* policyFlaws(policy: object, rules: PolicyRules, path: MemberPath): Generator<Flaw, void> {
  const read = readPolicy(JSON.stringify(policy), rules)
  if (read.ok) return
  const value = valueAt(policy, read.path)
  const shown = value === undefined || read.path.length < 2 ? '' : `${short(JSON.stringify(value))}: `
  const because = read.hint ?? read.detail
  yield {
    path: [...path, ...read.path],
    message: `${shown}${read.problem}${because === undefined ? '' : ` (${because})`}`,
  }
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
