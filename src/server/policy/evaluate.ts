import type { Caller } from '../caller.ts'
import { matchesAction } from './actions.ts'
import { type Condition, type ConditionContext, conditionsHold } from './conditions.ts'
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

/** Why a policy decides as it does, for logs and hints. */
export interface Explanation {
  readonly decision: Decision
  /** The statement that decided, the first of several; undefined when none matches. */
  readonly statement: StatementName | undefined
  /** Statements that fit caller, action and resource, each with the first condition that does not hold. */
  readonly failed: readonly (StatementName & {
    readonly effect: 'Allow' | 'Deny'
    readonly condition: FailedCondition
  })[]
}

export interface StatementName {
  /** From 0. */
  readonly index: number
  readonly sid: string | undefined
}

export interface FailedCondition extends Condition {
  /** What the request has for the key; undefined: the key is absent. */
  readonly actual: readonly string[] | undefined
}

/** What one policy says about a request. A Deny that matches wins over every Allow. */
export function evaluate(request: PolicyRequest, statements: readonly Statement[]): Decision {
  const asked = { ...request, context: memoised(request.context) }
  const matching = statements.filter(statement => matches(statement, asked))
  if (matching.some(({ effect }) => effect === 'Deny')) return 'deny'
  return matching.length > 0 ? 'allow' : 'no-match'
}

/** The same decision with its reasons. */
export function explain(request: PolicyRequest, statements: readonly Statement[]): Explanation {
  const asked = { ...request, context: memoised(request.context) }
  const named = statements.map((statement, index) => ({ statement, name: { index, sid: statement.sid } }))
  const fitting = named.filter(({ statement }) => fits(statement, asked))
  const matching = fitting.filter(({ statement }) => conditionsHold(statement.conditions, asked.context))
  const decisive = matching.find(({ statement }) => statement.effect === 'Deny') ?? matching[0]
  const failed = fitting.flatMap(({ statement: { conditions, effect }, name }) => {
    const condition = conditions.find(one => !conditionsHold([one], asked.context))
    if (!condition) return []
    return [{ ...name, effect, condition: { ...condition, actual: asked.context(condition.key.toLowerCase()) } }]
  })
  const decision = decisive?.statement.effect === 'Deny' ? 'deny' : 'allow'
  return { decision: decisive ? decision : 'no-match', statement: decisive?.name, failed }
}

function memoised(context: ConditionContext): ConditionContext {
  const known = new Map<string, readonly string[] | undefined>()
  return key => {
    if (!known.has(key)) known.set(key, context(key))
    return known.get(key)
  }
}

function matches(statement: Statement, request: PolicyRequest): boolean {
  return fits(statement, request) && conditionsHold(statement.conditions, request.context)
}

function fits({ principals, actions, resources }: Statement, { caller, action, resource }: PolicyRequest): boolean {
  const isNamed = principals.except ? !exceptsCaller(principals.list, caller) : namesCaller(principals.list, caller)
  return (
    isNamed &&
    matchesAction(actions.patterns, action) !== actions.except &&
    matchesResource(resources.patterns, resource) !== resources.except
  )
}
