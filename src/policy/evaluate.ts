import type { Caller } from '../protocol/caller.ts'
import { matchesAction } from './actions.ts'
import { type Condition, type ConditionContext, conditionHolds, lookupIn } from './conditions.ts'
import type { Effect } from './effect.ts'
import { matchesPrincipal, type Naming } from './principals.ts'
import { matchesResource } from './resources.ts'
import type { Statement } from './statement.ts'
import type { Lookup } from './variables.ts'

export interface PolicyRequest {
  readonly caller: Caller
  /** E.g. `s3:GetObject`. */
  readonly action: string
  /** ARN of the bucket, object or MRAP asked for. */
  readonly resource: string
  readonly context: ConditionContext
  /** How closely an Allow must name the caller. Default `account`: it is enough that its account is named. */
  readonly naming?: Naming | undefined
}

/** `no-match` is no refusal yet: another policy may allow. */
export type Decision = 'allow' | 'deny' | 'no-match'

/** Why a policy decides as it does, for logs and hints. */
export interface Explanation {
  readonly decision: Decision
  /** The statement that decided, the first of several; undefined when none matches. */
  readonly statement: StatementName | undefined
  /** Statements that fit caller, action and resource, each with the first condition that does not hold. */
  readonly failed: readonly FailedStatement[]
}

export interface StatementName {
  /** From 0. */
  readonly index: number
  readonly sid: string | undefined
}

export interface FailedStatement extends StatementName {
  readonly effect: Effect
  readonly condition: FailedCondition
}

export interface FailedCondition extends Pick<Condition, 'operator' | 'key' | 'values'> {
  /** What the request has for the key; undefined: the key is absent. */
  readonly actual: readonly string[] | undefined
}

/**
 * What one policy says about a request. A Deny that matches wins over every Allow, in any order. `statements` is what `readPolicy`
 * returns; keep it, as reading costs far more than evaluating.
 */
export function evaluate(request: PolicyRequest, statements: readonly Statement[]): Decision {
  const asked = prepare(request)
  let decision: Decision = 'no-match'
  for (const statement of statements) {
    if (statement.effect === 'Allow' && decision === 'allow') continue
    if (!isAbout(statement, asked) || failedCondition(statement, asked)) continue
    if (statement.effect === 'Deny') return 'deny'
    decision = 'allow'
  }
  return decision
}

/** The same decision with its reasons. */
export function explain(request: PolicyRequest, statements: readonly Statement[]): Explanation {
  const asked = prepare(request)
  const failed: FailedStatement[] = []
  const matching: (StatementName & { readonly effect: Effect })[] = []
  for (const [index, statement] of statements.entries()) {
    if (!isAbout(statement, asked)) continue
    const { sid, effect } = statement
    const condition = failedCondition(statement, asked)
    if (!condition) matching.push({ index, sid, effect })
    else {
      const { operator, key, values, ready } = condition
      failed.push({ index, sid, effect, condition: { operator, key, values, actual: asked.context(ready.key) } })
    }
  }
  const [decisive] = [...matching.filter(({ effect }) => effect === 'Deny'), ...matching]
  if (!decisive) return { decision: 'no-match', statement: undefined, failed }
  const { index, sid, effect } = decisive
  return { decision: effect === 'Deny' ? 'deny' : 'allow', statement: { index, sid }, failed }
}

/** A request with its action in lower case and a context that asks for each key once. */
interface Asked extends PolicyRequest {
  readonly lookup: Lookup
}

function prepare({ caller, action, resource, context, naming }: PolicyRequest): Asked {
  const known = new Map<string, readonly string[] | undefined>()
  const once: ConditionContext = key => {
    if (!known.has(key)) known.set(key, context(key))
    return known.get(key)
  }
  return { caller, action: action.toLowerCase(), resource, context: once, lookup: lookupIn(once), naming }
}

/** Whether caller, action and resource are what the statement speaks of. */
function isAbout(statement: Statement, { caller, action, resource, lookup, naming }: Asked): boolean {
  return (
    matchesAction(statement.actions, action) &&
    matchesPrincipal(statement.principals, caller, statement.effect === 'Allow' ? naming : undefined) &&
    matchesResource(statement.resources, resource, lookup)
  )
}

function failedCondition({ conditions }: Statement, { context, lookup }: Asked): Condition | undefined {
  return conditions.find(condition => !conditionHolds(condition, context, lookup))
}
