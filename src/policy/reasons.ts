import type { Caller } from '../protocol/caller.ts'
import type { Explanation, FailedCondition, PolicyRequest, StatementName } from './evaluate.ts'
import { shown } from './fields.ts'
import { explainIdentity, identityDecision } from './identity.ts'

/** Who asks, for sentences. */
export function who(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous requests'
    case 'root':
      return `account ${caller.accountId}`
    case 'user':
      return `user ${caller.name} of account ${caller.accountId}`
    case 'role':
      return `role ${caller.name} of account ${caller.accountId}`
    case 'service':
      return `the service ${caller.name}`
  }
}

/** Why identity policies alone refuse a request, in one sentence. */
export function identityHint(request: PolicyRequest): string {
  const { action, resource, caller } = request
  const reasons = explainIdentity(request)
  const denying = reasons.find(({ explanation }) => explanation.decision === 'deny')
  if (denying) {
    const statement = statementText(denying.explanation.statement, 'Statement')
    return `${statement} of ${denying.name} denies ${action} on ${resource} to ${who(caller)}.`
  }
  if (reasons.length === 0) {
    return `No identity policy allows ${action} on ${resource} to ${who(caller)}, which has none at all.`
  }
  // Where the policies of the role allow and those of the session do not, the session is what is missing.
  const session = reasons.filter(({ name }) => name.startsWith('session'))
  const isSession = session.length > 0 && session.every(({ explanation }) => explanation.decision === 'no-match')
  const because = reasons.map(({ explanation }) => conditionText(explanation)).find(text => text !== '') ?? ''
  return `No ${isSession ? 'session' : 'identity'} policy allows ${action} on ${resource} to ${who(caller)}${because}.`
}

/** What the identity policies say about a request, a line for each. */
export function identityLines(request: PolicyRequest): string[] {
  const reasons = explainIdentity(request)
  if (reasons.length === 0 && identityDecision(request) === 'silent') return ['  identity policies: there are none']
  return reasons.map(({ name, explanation }) => `  ${name}: ${decisionText(explanation)}`)
}

/** What a decision of the identity policies alone is based on. */
export function identityTrace(request: PolicyRequest): string[] {
  const { caller, action, resource } = request
  const decision = identityDecision(request)
  const isAllowed = decision === 'allow' || decision === 'unlimited'
  const outcome = decision === 'silent' ? 'not-permitted' : decision
  return [
    `${isAllowed ? 'allowed' : outcome}: ${action} on ${resource} for ${who(caller)}, judged by its own account`,
    ...identityLines(request),
  ]
}

/** A statement as sentences name it: `Statement 2 (AllowReads)`. `word`: how the sentence begins. */
export function statementText(statement: StatementName | undefined, word: 'Statement' | 'statement'): string {
  const { index, sid } = statement ?? { index: 0, sid: undefined }
  return `${word} ${index + 1}${sid === undefined ? '' : ` (${shown(sid)})`}`
}

/** What one document says, for traces. */
export function decisionText({ decision, statement, failed }: Explanation): string {
  if (decision !== 'no-match')
    return `${statementText(statement, 'statement')} ${decision === 'allow' ? 'allows' : 'denies'}`
  if (failed.length === 0) return 'no statement is about it'
  const missed = failed
    .slice(0, 5)
    .map(one => `${statementText(one, 'statement')} does not hold: ${wanted(one.condition)}`)
  return `no statement matches; ${missed.join('; ')}`
}

/** Which condition kept an Allow from holding, as the end of a sentence; '' when none did. */
export function conditionText({ failed }: Explanation): string {
  const missed = failed.find(({ effect }) => effect === 'Allow')?.condition
  if (!missed) return ''
  return `: the condition ${missed.operator} on ${missed.key} does not hold (the request has ${actualOf(missed)})`
}

function wanted(condition: FailedCondition): string {
  const { operator, key, values } = condition
  return `${operator} on ${key} wants ${shown(values.join(', '))}, the request has ${actualOf(condition)}`
}

function actualOf({ actual }: FailedCondition): string {
  return actual === undefined ? 'no such key' : shown(actual.join(', '))
}
