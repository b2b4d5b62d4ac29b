import type { Verdict } from '../../policy/combine.ts'
import { type Explanation, explain } from '../../policy/evaluate.ts'
import { conditionText, decisionText, identityHint, identityLines, statementText, who } from '../../policy/reasons.ts'
import { anonymousAccountId } from '../../protocol/canonical-user.ts'
import type { Judgement } from './judgement.ts'

/** Why a request is refused, in one sentence that names the document or list that decided. */
export function hintOf(judgement: Judgement, verdict: Exclude<Verdict, 'allowed'>): string {
  switch (verdict) {
    case 'denied':
      return denied(judgement)
    case 'restricted':
      return `The policy of ${judgement.name} is public and Block Public Access (RestrictPublicBuckets) is on: other accounts and anonymous requests are kept out.`
    case 'not-permitted':
      return notPermitted(judgement)
    case 'not-granted':
      return `The access control list does not grant ${judgement.asked.action} on ${judgement.resource} to its owner, who can still replace the list.`
    case 'not-allowed':
      return judgement.ownerId === judgement.accountId ? notAllowed(judgement) : foreignObject(judgement)
  }
}

/** What a decision is based on: the outcome, then a line for each document and list that was looked at. */
export function traceOf(judgement: Judgement): string[] {
  const { asked, name, resource, layers, verdict, policy } = judgement
  const { standing, acl, isRestricted } = layers
  return [
    `${verdict}: ${asked.action} on ${resource} for ${who(asked.caller)}, judged by ${name} (${standing === 'owner' ? 'of the same account' : 'of another account'})`,
    ...identityLines(judgement.identity),
    `  policy of ${name}: ${policy ? decisionText(reasonsOf(judgement)) : 'there is none'}`,
    ...(acl === 'none' ? [] : [`  access control list: ${acl === 'granted' ? 'grants it' : 'does not grant it'}`]),
    ...(isRestricted ? ['  Block Public Access: RestrictPublicBuckets keeps out who is not of the account'] : []),
  ]
}

const noReasons: Explanation = { decision: 'no-match', statement: undefined, failed: [] }

function reasonsOf({ policy }: Judgement): Explanation {
  return policy ? explain(policy.request, policy.statements) : noReasons
}

function whatTo({ asked, resource }: Judgement): string {
  return `${asked.action} on ${resource} to ${who(asked.caller)}`
}

function denied(judgement: Judgement): string {
  const { identity, layers, name } = judgement
  if (layers.identity === 'deny') return identityHint(identity)
  const { statement } = reasonsOf(judgement)
  return `${statementText(statement, 'Statement')} of the policy of ${name} denies ${whatTo(judgement)}.`
}

function notPermitted({ identity, layers, name }: Judgement): string {
  const sentence = identityHint(identity)
  if (layers.policy !== 'allow') return sentence
  const owner = layers.standing === 'owner'
  return owner
    ? `${sentence} The policy of ${name} allows it to the account, which does not hand that on by itself.`
    : `${sentence} The policy of ${name} allows it, but across accounts the caller's own must allow it too.`
}

function notAllowed(judgement: Judgement): string {
  const because = conditionText(reasonsOf(judgement))
  return `No policy or access control list of ${judgement.name} allows ${whatTo(judgement)}${because}.`
}

function foreignObject({ asked, resource, ownerId }: Judgement): string {
  const owner = ownerId === anonymousAccountId ? 'somebody who did not sign' : `account ${ownerId}`
  return `${resource} belongs to ${owner}, and its access control list does not grant ${asked.action} to ${who(asked.caller)}.`
}
