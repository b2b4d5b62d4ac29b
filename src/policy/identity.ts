import type { Caller } from '../protocol/caller.ts'
import { identityRules, readPolicy } from './document.ts'
import { type Decision, type Explanation, evaluate, explain, type PolicyRequest } from './evaluate.ts'
import type { Statement } from './statement.ts'

/**
 * What the identity policies of a caller say. `unlimited`: a root, a service or an anonymous caller, who has none that could say no; `silent`: none
 * allows it, which refuses it unless the policy of the resource names the caller.
 */
export type Identity = 'unlimited' | 'allow' | 'deny' | 'silent'

/**
 * The identity policies about one request: those of the user or role, and for a session those it was limited to as well. A Deny
 * anywhere denies; each of the two groups must allow. Source: IAM guide, "Policy evaluation logic", "Session policies".
 */
export function identityDecision(request: PolicyRequest): Identity {
  const { caller } = request
  if (!hasPolicies(caller)) return 'unlimited'
  const own = decisionOf(request, caller.policies)
  if (own === 'deny' || !isLimited(caller)) return identityOf(own)
  const session = decisionOf(request, caller.sessionPolicies)
  return session === 'allow' ? identityOf(own) : identityOf(session)
}

/** Whether what a session was limited to, if anything, allows a request that the policy of a resource allows its role. */
export function isWithinSession(request: PolicyRequest): boolean {
  const { caller } = request
  return !isLimited(caller) || decisionOf(request, caller.sessionPolicies) === 'allow'
}

/** What one identity policy says, for logs and hints. */
export interface IdentityReason {
  /** E.g. `identity policy 1 of user app`. */
  readonly name: string
  readonly explanation: Explanation
}

/** The same decision with what each of the documents says. */
export function explainIdentity(request: PolicyRequest): readonly IdentityReason[] {
  const { caller } = request
  if (!hasPolicies(caller)) return []
  const explained = (policies: readonly string[], name: (number: number) => string) =>
    compiled(policies).map((statements, index) => ({
      name: name(index + 1),
      explanation: explain(request, statements),
    }))
  const own = explained(caller.policies, number => `identity policy ${number} of ${caller.kind} ${caller.name}`)
  if (!isLimited(caller)) return own
  const session = (number: number) => `session policy ${number} of ${caller.name}/${caller.sessionName}`
  return [...own, ...explained(caller.sessionPolicies, session)]
}

function hasPolicies(caller: Caller): caller is Extract<Caller, { kind: 'user' | 'role' }> {
  return caller.kind === 'user' || caller.kind === 'role'
}

type Limited = Extract<Caller, { kind: 'role' }> & { readonly sessionPolicies: readonly string[] }

function isLimited(caller: Caller): caller is Limited {
  return caller.kind === 'role' && caller.sessionPolicies !== undefined && caller.sessionPolicies.length > 0
}

function identityOf(decision: Decision): Identity {
  return decision === 'no-match' ? 'silent' : decision
}

function decisionOf(request: PolicyRequest, policies: readonly string[]): Decision {
  let decision: Decision = 'no-match'
  for (const statements of compiled(policies)) {
    const next = evaluate(request, statements)
    if (next === 'deny') return next
    if (next === 'allow') decision = next
  }
  return decision
}

/** Documents are read once for each list of them; lists belong to credentials and do not change. */
const known = new WeakMap<readonly string[], readonly (readonly Statement[])[]>()

function compiled(policies: readonly string[]): readonly (readonly Statement[])[] {
  const before = known.get(policies)
  if (before) return before
  const documents = policies.map(text => {
    const read = readPolicy(text, identityRules)
    // Worlds and sessions with policies that cannot be read are refused.
    if (!read.ok) throw new Error(`an identity policy cannot be read: ${read.problem}`)
    return read.statements
  })
  known.set(policies, documents)
  return documents
}
