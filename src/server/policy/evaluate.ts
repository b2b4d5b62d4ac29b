import type { Caller } from '../caller.ts'
import { matchesAction } from './actions.ts'
import { type ConditionContext, conditionsHold } from './conditions.ts'
import type { Statement } from './document.ts'
import { exceptsCaller, namesCaller } from './principals.ts'
import { matchesResource } from './resources.ts'

export interface PolicyRequest {
  readonly caller: Caller
  /** E.g. `s3:GetObject`. */
  readonly action: string
  /** ARN of the bucket, object or MRAP asked for. */
  readonly resource: string
  readonly context: ConditionContext
}

/** `no-match` is no refusal yet: another policy may allow. */
export type Decision = 'allow' | 'deny' | 'no-match'

/** What one resource policy says about a request. A Deny that matches wins over every Allow. */
export function evaluate(request: PolicyRequest, statements: readonly Statement[]): Decision {
  const matching = statements.filter(statement => matches(statement, request))
  if (matching.some(({ effect }) => effect === 'Deny')) return 'deny'
  return matching.length > 0 ? 'allow' : 'no-match'
}

function matches(statement: Statement, { caller, action, resource, context }: PolicyRequest): boolean {
  const { principals, actions, resources, conditions } = statement
  const isNamed = principals.except ? !exceptsCaller(principals.list, caller) : namesCaller(principals.list, caller)
  return (
    isNamed &&
    matchesAction(actions.patterns, action) !== actions.except &&
    matchesResource(resources.patterns, resource) !== resources.except &&
    conditionsHold(conditions, context)
  )
}
