import { isActionPattern } from './actions.ts'
import type { Condition } from './conditions.ts'
import { type Principal, readPrincipal } from './principals.ts'

/** A statement of a resource policy, parsed. `except` marks NotPrincipal, NotAction and NotResource. */
export interface Statement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly principals: { readonly except: boolean; readonly list: readonly Principal[] }
  readonly actions: { readonly except: boolean; readonly patterns: readonly string[] }
  readonly resources: { readonly except: boolean; readonly patterns: readonly string[] }
  readonly conditions: readonly Condition[]
}

/** A policy document, or S3's sentence for what is wrong with it (code MalformedPolicy). */
export type ReadPolicy =
  | { readonly ok: true; readonly statements: readonly Statement[] }
  | { readonly ok: false; readonly problem: string }

export interface PolicyRules {
  /** Whether a pattern in Resource or NotResource speaks of what the policy is attached to. */
  readonly isOwnResource: (pattern: string) => boolean
}

class Problem extends Error {}

const invalidJson = "Policies must be valid JSON and the first byte must be '{'"
const invalidSyntax = 'Invalid policy syntax.'
const versions = ['2012-10-17', '2008-10-17']

/**
 * Reads a resource policy. Source of the sentences: recorded answers of PutBucketPolicy; those marked below are ASSUMED.
 * Grammar: IAM reference, "Grammar of the IAM JSON policy language".
 */
export function readPolicy(text: string, rules: PolicyRules): ReadPolicy {
  try {
    return { ok: true, statements: readDocument(text, rules) }
  } catch (thrown) {
    if (thrown instanceof Problem) return { ok: false, problem: thrown.message }
    throw thrown
  }
}

type Fields = ReadonlyMap<string, unknown>

function readDocument(text: string, rules: PolicyRules): readonly Statement[] {
  const document = text.startsWith('{') ? fieldsOf(parseJson(text)) : undefined
  if (!document) throw new Problem(invalidJson)
  refuseUnknown(document, ['Version', 'Id', 'Statement'])
  const version = document.get('Version')
  if (version !== undefined && !versions.some(known => known === version)) {
    throw new Problem('The policy must contain a valid version string')
  }
  const id = document.get('Id')
  if (id !== undefined && typeof id !== 'string') throw new Problem(invalidSyntax)
  const statement = document.get('Statement')
  if (statement === undefined) throw new Problem('Missing required field Statement')
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  if (statements.length === 0) throw new Problem('Could not parse the policy: Statement is empty!')
  return statements.map(item => readStatement(item, rules))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(invalidJson)
  }
}

/** Members of a JSON object; undefined for any other value. */
function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  for (const name of fields.keys()) if (!known.includes(name)) throw new Problem(`Unknown field ${name}`)
}

const statementFields = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

function readStatement(value: unknown, rules: PolicyRules): Statement {
  const fields = fieldsOf(value)
  if (!fields) throw new Problem(invalidSyntax)
  refuseUnknown(fields, statementFields)
  const sid = fields.get('Sid')
  if (sid !== undefined && typeof sid !== 'string') throw new Problem(invalidSyntax)
  const effect = readEffect(fields.get('Effect'))
  const principals = readPrincipals(fields)
  if (effect === 'Allow' && principals.except) throw new Problem('Allow with NotPrincipal is not allowed.')
  const actions = readPatterns(fields, 'Action', 'Policy has invalid action', isActionPattern)
  const resources = readPatterns(fields, 'Resource', 'Policy has invalid resource', rules.isOwnResource)
  return { sid, effect, principals, actions, resources, conditions: readConditions(fields.get('Condition')) }
}

function readEffect(effect: unknown): 'Allow' | 'Deny' {
  if (effect === undefined) throw new Problem('Missing required field Effect')
  if (effect === 'Allow' || effect === 'Deny') return effect
  throw new Problem(typeof effect === 'string' ? `Invalid effect: ${effect}` : invalidSyntax)
}

/** The value of a field or of its `Not` form; exactly one of them must be there. */
function readEither(fields: Fields, name: string): { readonly except: boolean; readonly value: unknown } {
  const plain = fields.get(name)
  const not = fields.get(`Not${name}`)
  if (plain === undefined && not === undefined) throw new Problem(`Missing required field ${name}`)
  // ASSUMED: the sentence for both at once.
  if (plain !== undefined && not !== undefined) throw new Problem(invalidSyntax)
  return { except: plain === undefined, value: plain ?? not }
}

function readPrincipals(fields: Fields): Statement['principals'] {
  const { except, value } = readEither(fields, 'Principal')
  if (value === '*') return { except, list: [{ kind: 'everyone' }] }
  const byType = fieldsOf(value)
  if (!byType || byType.size === 0) throw new Problem('Invalid principal in policy')
  const list = [...byType].flatMap(([type, names]) =>
    readStrings(names, 'Invalid principal in policy').map(name => {
      const principal = readPrincipal(type, name)
      if (principal) return principal
      throw new Problem('Invalid principal in policy')
    }),
  )
  return { except, list }
}

function readPatterns(
  fields: Fields,
  name: 'Action' | 'Resource',
  problem: string,
  isValid: (pattern: string) => boolean,
): { readonly except: boolean; readonly patterns: readonly string[] } {
  const { except, value } = readEither(fields, name)
  const patterns = readStrings(value, problem)
  if (!patterns.every(isValid)) throw new Problem(problem)
  return { except, patterns }
}

/** One string or a list of at least one. */
function readStrings(value: unknown, problem: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const strings = list.filter(item => typeof item === 'string')
  if (strings.length === 0 || strings.length < list.length) throw new Problem(problem)
  return strings
}

function readConditions(value: unknown): readonly Condition[] {
  if (value === undefined) return []
  const operators = fieldsOf(value)
  if (!operators) throw new Problem(invalidSyntax)
  return [...operators].flatMap(([operator, keys]) => {
    const byKey = fieldsOf(keys)
    if (!byKey) throw new Problem(invalidSyntax)
    return [...byKey].map(([key, values]) => ({ operator, key, values: readConditionValues(values) }))
  })
}

/** IAM takes numbers and booleans for their text. */
function readConditionValues(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map(item => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' || typeof item === 'boolean') return String(item)
    throw new Problem(invalidSyntax)
  })
}
