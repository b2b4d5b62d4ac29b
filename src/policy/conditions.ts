import { fieldsOf, invalidSyntax, itemPath, type PolicyPath, PolicyProblem, shown, within } from './fields.ts'
import { type Operator, parseOperator, type ValueTest } from './operators.ts'
import type { Lookup } from './variables.ts'

/**
 * Values of a condition key of this request; undefined: the key is absent. `key` arrives in lower case, e.g.
 * `s3:existingobjecttag/team` or `aws:sourceip`. May be costly: it is called only when a statement that otherwise matches asks for
 * the key, and once per key and evaluation.
 */
export type ConditionContext = (key: string) => readonly string[] | undefined

/** One operator with one key. */
export interface Condition {
  /** As written, e.g. `StringEquals`. */
  readonly operator: string
  /** As written; keys are not case-sensitive. */
  readonly key: string
  /** As written. */
  readonly values: readonly string[]
  readonly ready: {
    /** The key in lower case. */
    readonly key: string
    readonly operator: Operator
    readonly tests: readonly ValueTest[]
  }
}

/**
 * Reads the Condition of a statement. Operators, keys and values must be such as can be evaluated; but a number may be none, as on the
 * service. Source: recorded answers; those marked are ASSUMED.
 */
export function readConditions(value: unknown, variables: boolean): readonly Condition[] {
  if (value === undefined) return []
  const operators = fieldsOf(value)
  if (!operators) throw new PolicyProblem(invalidSyntax)
  return [...operators].flatMap(([name, keys]) => {
    const operator = parseOperator(name)
    if (!operator) throw new PolicyProblem(`Invalid Condition type : ${name}`, { at: [name] })
    const byKey = fieldsOf(keys)
    if (!byKey) throw new PolicyProblem(invalidSyntax, { at: [name] })
    const read = (key: string, values: unknown): Condition => {
      const texts = readValues(values)
      const tests = texts.map((text, index) =>
        readValue(operator, key.toLowerCase(), text, variables, itemPath(values, index)),
      )
      return { operator: name, key, values: texts, ready: { key: key.toLowerCase(), operator, tests } }
    }
    return within(name, () => [...byKey].map(([key, values]) => within(key, () => read(key, values))))
  })
}

/** IAM takes numbers and booleans for their text. An empty list is fine, and fits nothing. */
function readValues(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map((item, index) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' || typeof item === 'boolean') return String(item)
    throw new PolicyProblem(invalidSyntax, { at: itemPath(value, index) })
  })
}

function readValue(operator: Operator, key: string, text: string, variables: boolean, at: PolicyPath): ValueTest {
  // The service looks at the values of this key whatever the operator.
  const isAddress = operator.family === 'ip' || (key === 'aws:sourceip' && operator.family !== 'null')
  if (isAddress && !isIpRange(text)) {
    throw new PolicyProblem('Invalid IP address in Conditions', {
      hint: `${shown(text)} is no IP address and no range.`,
      at,
    })
  }
  const test = operator.read(text, variables)
  // ASSUMED: the sentence for a date, a truth value or base64 that is none.
  if (!test)
    throw new PolicyProblem(invalidSyntax, {
      hint: `${shown(text)} is no value of the kind that ${shown(key)} is compared with.`,
      at,
    })
  return test
}

const ipOperator = parseOperator('IpAddress')

function isIpRange(text: string): boolean {
  return ipOperator?.read(text, false) !== undefined
}

/** Whether one condition holds. Its values are ORed, or for a negated operator NORed. `lookup` is `lookupIn(context)`. */
export function conditionHolds(
  { ready: { key, operator, tests } }: Condition,
  context: ConditionContext,
  lookup: Lookup,
): boolean {
  const { family, negated, quantifier, ifExists } = operator
  const given = context(key)
  const values = given?.length === 0 ? undefined : given
  if (family === 'null') return tests.some(test => test(String(values === undefined), lookup))
  if (values === undefined) return ifExists || quantifier === 'all' || (negated && quantifier !== 'any')
  const fits = (value: string) => tests.some(test => test(value, lookup))
  // ASSUMED: of several values without a set operator one is enough, or for a negated operator one is too many.
  if (quantifier === undefined) return values.some(fits) !== negated
  // The guide: a set of nothing but the empty string is no set.
  if (values.every(value => value === '')) return quantifier === 'all'
  const holds = (value: string) => fits(value) !== negated
  return quantifier === 'all' ? values.every(holds) : values.some(holds)
}

/** A variable stands for a key that has exactly one value. */
export function lookupIn(context: ConditionContext): Lookup {
  return key => {
    const values = context(key)
    return values?.length === 1 ? values[0] : undefined
  }
}
