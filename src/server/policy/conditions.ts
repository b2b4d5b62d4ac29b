/**
 * Values of a condition key of this request; undefined: the key is absent. `key` arrives in lower case, e.g.
 * `s3:existingobjecttag/team` or `aws:sourceip`. May be costly: it is called only when a statement that otherwise matches asks for
 * the key, and once per key and evaluation.
 */
export type ConditionContext = (key: string) => readonly string[] | undefined

export interface Condition {
  /** As written, e.g. `StringEquals`. */
  readonly operator: string
  /** As written; keys are not case-sensitive. */
  readonly key: string
  readonly values: readonly string[]
}

/**
 * Whether all conditions hold. Only equality is evaluated; any other condition does not hold, so that its statement, Allow or Deny,
 * does not match.
 */
export function conditionsHold(conditions: readonly Condition[], context: ConditionContext): boolean {
  return conditions.every(({ operator, key, values }) => {
    if (operator !== 'StringEquals') return false
    const actual = context(key.toLowerCase())
    return actual?.some(value => values.includes(value)) ?? false
  })
}
