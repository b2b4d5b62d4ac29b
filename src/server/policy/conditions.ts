/** Facts about a request, by condition key in AWS's spelling. A key that is absent has no value. */
export type ConditionContext = Readonly<Partial<Record<'s3:DataAccessPointAccount' | 's3:DataAccessPointArn', string>>>

export interface Condition {
  /** As written, e.g. `StringEquals`. */
  readonly operator: string
  /** As written; keys are not case-sensitive. */
  readonly key: string
  readonly values: readonly string[]
}

const supported = ['s3:DataAccessPointAccount', 's3:DataAccessPointArn'] as const

/**
 * Whether all conditions hold. Only equality of the two keys that delegate to access points is evaluated; any other condition does
 * not hold, so that its statement, Allow or Deny, does not match.
 */
export function conditionsHold(conditions: readonly Condition[], context: ConditionContext): boolean {
  return conditions.every(({ operator, key, values }) => {
    const known = supported.find(name => name.toLowerCase() === key.toLowerCase())
    const value = known && context[known]
    return operator === 'StringEquals' && value !== undefined && values.includes(value)
  })
}
