import type { ReadPolicy, Statement } from '../../policy/document.ts'
import { isPublicPolicy, type PolicyKind } from '../../policy/is-public.ts'

/** A policy that was accepted, ready to be evaluated. */
export interface StoredPolicy {
  readonly statements: readonly Statement[]
  readonly isPublic: boolean
}

/** Policies are read once, not with every request. Entries are replaced as a whole when there are many. */
const known = new Map<string, StoredPolicy>()
const mostPolicies = 200

/** The policy of a resource, from its text. `read` reads it, if that has not been done yet. */
export function storedPolicy(
  text: string,
  resource: string,
  kind: PolicyKind,
  read: (text: string, resource: string) => ReadPolicy,
): StoredPolicy {
  const name = `${resource} ${text}`
  const before = known.get(name)
  if (before) return before
  const result = read(text, resource)
  // Only policies that can be read are accepted.
  if (!result.ok) throw new Error(`the policy of ${resource} cannot be read: ${result.problem}`)
  if (known.size >= mostPolicies) known.clear()
  const policy = { statements: result.statements, isPublic: isPublicPolicy(result.statements, kind) }
  known.set(name, policy)
  return policy
}
