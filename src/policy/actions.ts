import { actionKinds } from './action-names.ts'
import { type Fields, itemPath, PolicyProblem, readEither, readStrings, shown, within } from './fields.ts'
import { hasWildcards, type Matcher, wildcardMatcher, wildcardPieces } from './wildcards.ts'

/** Action or NotAction of a statement, ready to be compared. Names are not case-sensitive. */
export interface Actions {
  /** NotAction. */
  readonly except: boolean
  /** As written. */
  readonly patterns: readonly string[]
  /** The patterns without wildcards, in lower case. */
  readonly exact: ReadonlySet<string>
  readonly wild: readonly Matcher[]
}

/**
 * Reads the actions of a statement in the policy of a resource. Each must be, or fit, one of S3's. `names` has what each pattern
 * stands for: S3's actions without `s3:`, in lower case.
 */
export function readActions(fields: Fields): {
  readonly actions: Actions
  readonly names: readonly (readonly string[])[]
} {
  const read = readEither(fields, 'Action')
  if (!read) throw new PolicyProblem('Missing required field Action')
  const problem = 'Policy has invalid action'
  const patterns = within(read.name, () => readStrings(read.value, problem))
  const names = patterns.map(matchingNames)
  const strange = names.findIndex(matching => matching.length === 0)
  if (strange >= 0) {
    const hint = `S3 has no action ${shown(patterns[strange] ?? '')}.`
    throw new PolicyProblem(problem, { hint, at: [read.name, ...itemPath(read.value, strange)] })
  }
  return { actions: compile(read.except, patterns), names }
}

/** The same for identity policies: actions of any service, known or not, as in IAM. */
export function readIdentityActions(fields: Fields): Actions {
  const problem = 'Policy statement must contain actions.'
  const read = readEither(fields, 'Action')
  if (!read) throw new PolicyProblem(problem)
  const patterns = within(read.name, () => readStrings(read.value, problem))
  const strange = patterns.findIndex(pattern => !identityForm.test(pattern))
  if (strange >= 0) throw new PolicyProblem(noVendor, { at: [read.name, ...itemPath(read.value, strange)] })
  return compile(read.except, patterns)
}

export const noVendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'

const identityForm = /^(?:\*|[a-z0-9-]{1,64}:[a-z0-9*?]{1,128})$/i

function compile(except: boolean, patterns: readonly string[]): Actions {
  const lower = patterns.map(pattern => pattern.toLowerCase())
  return {
    except,
    patterns,
    exact: new Set(lower.filter(pattern => !hasWildcards(pattern))),
    wild: lower.filter(hasWildcards).map(pattern => wildcardMatcher(wildcardPieces(pattern))),
  }
}

/** Whether the statement is about this action, given in lower case, e.g. `s3:getobject`. */
export function matchesAction({ except, exact, wild }: Actions, action: string): boolean {
  return (exact.has(action) || wild.some(matches => matches(action))) !== except
}

function matchingNames(pattern: string): readonly string[] {
  const lower = pattern.toLowerCase()
  if (lower === '*') return [...actionKinds.keys()]
  if (!lower.startsWith('s3:')) return []
  const name = lower.slice(3)
  if (!hasWildcards(name)) return actionKinds.has(name) ? [name] : []
  const matches = wildcardMatcher(wildcardPieces(name))
  return [...actionKinds.keys()].filter(matches)
}
