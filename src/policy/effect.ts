import { invalidSyntax, PolicyProblem } from './fields.ts'

export type Effect = 'Allow' | 'Deny'

/** Case-sensitive. Source: IAM reference, "IAM JSON policy elements: Effect". */
export function readEffect(value: unknown): Effect {
  if (value === undefined) throw new PolicyProblem('Missing required field Effect')
  if (value === 'Allow' || value === 'Deny') return value
  throw new PolicyProblem(typeof value === 'string' ? `Invalid effect: ${value}` : invalidSyntax)
}
