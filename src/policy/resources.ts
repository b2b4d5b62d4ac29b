import { type Fields, itemPath, PolicyProblem, readEither, readStrings, within } from './fields.ts'
import { type Lookup, matchesTemplate, readTemplate, type Template, widestPieces } from './variables.ts'
import { reaches, wildcardMatcher } from './wildcards.ts'

/** Resource or NotResource of a statement, ready to be compared. */
export interface Resources {
  /** NotResource. */
  readonly except: boolean
  /** As written. */
  readonly patterns: readonly string[]
  readonly templates: readonly Template[]
}

/** What a pattern stands for: a bucket or access point itself, or objects in it. */
export type ResourceKind = 'bucket' | 'object'

/** What a pattern in Resource or NotResource can stand for of what the policy is attached to; empty: it speaks of something else. */
export type ResourceKinds = (pattern: string, variables: boolean) => readonly ResourceKind[]

/** Reads the resources of a statement of a resource policy. */
export function readResources(fields: Fields, variables: boolean, kindsOf: ResourceKinds): Resources {
  const read = readEither(fields, 'Resource')
  if (!read) throw new PolicyProblem('Missing required field Resource')
  const problem = 'Policy has invalid resource'
  const patterns = within(read.name, () => readStrings(read.value, problem))
  const strange = patterns.findIndex(pattern => kindsOf(pattern, variables).length === 0)
  if (strange >= 0) throw new PolicyProblem(problem, { at: [read.name, ...itemPath(read.value, strange)] })
  return compile(read.except, patterns, variables)
}

/** The same for identity policies, which speak of resources of every service. */
export function readIdentityResources(fields: Fields, variables: boolean): Resources {
  const read = readEither(fields, 'Resource')
  if (!read) throw new PolicyProblem('Policy statement must contain resources.')
  const patterns = within(read.name, () => readStrings(read.value, 'Policy statement must contain resources.'))
  const wrong = patterns.findIndex(pattern => pattern !== '*' && !/^arn:(?:[^:]*:){4}./.test(pattern))
  if (wrong >= 0) {
    const at = [read.name, ...itemPath(read.value, wrong)]
    throw new PolicyProblem(`Resource ${patterns[wrong]} must be in ARN format or "*".`, { at })
  }
  return compile(read.except, patterns, variables)
}

function compile(except: boolean, patterns: readonly string[], variables: boolean): Resources {
  const templates = patterns.map(pattern => readTemplate(pattern, { variables, wildcards: true }))
  return { except, patterns, templates }
}

/** Whether the statement is about this ARN. Case-sensitive; the key stands in the ARN as it is. */
export function matchesResource({ except, templates }: Resources, arn: string, lookup: Lookup): boolean {
  return templates.some(template => matchesTemplate(template, arn, lookup)) !== except
}

/**
 * For the policy of a bucket: patterns that fit its ARN, or ARNs of objects in it. `*` alone is refused, as the service does.
 * ASSUMED: wildcards in the name of the bucket are fine as long as they fit this one.
 */
export function kindsOfBucket(bucketArn: string): ResourceKinds {
  return (pattern, variables) => {
    if (!pattern.startsWith('arn:aws:s3:::')) return []
    const pieces = widestPieces(pattern, variables)
    const kinds: ResourceKind[] = wildcardMatcher(pieces)(bucketArn) ? ['bucket'] : []
    return reaches(pieces, `${bucketArn}/`) ? [...kinds, 'object'] : kinds
  }
}

/** The same for an MRAP and the objects behind it. ASSUMED: its own ARN must be there without wildcards. */
export function kindsOfMrap(mrapArn: string): ResourceKinds {
  return pattern => {
    if (pattern === mrapArn) return ['bucket']
    return pattern.startsWith(`${mrapArn}/object/`) ? ['object'] : []
  }
}
