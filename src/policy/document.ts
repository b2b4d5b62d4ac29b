import { type Fields, fieldsOf, invalidSyntax, PolicyProblem, refuseUnknownFields, within } from './fields.ts'
import { parseUniqueJson } from './json.ts'
import { kindsOfBucket, kindsOfMrap } from './resources.ts'
import { readIdentityStatement, readResourceStatement, type Statement } from './statement.ts'
import { hasVariables, readVersion } from './version.ts'

export type { Statement }

/** A policy document, ready to be evaluated, or the service's sentence for what is wrong with it (code MalformedPolicy). */
export type ReadPolicy =
  | { readonly ok: true; readonly statements: readonly Statement[] }
  | ({ readonly ok: false; readonly problem: string } & Pick<PolicyProblem, 'detail' | 'hint' | 'path'>)

/** What may stand in a policy, by what it is attached to. */
export interface PolicyRules {
  /** `variables`: whether the version of the policy has them. Throws PolicyProblem. */
  readonly readStatement: (value: unknown, variables: boolean) => Statement
}

/** `bucketArn` is the bucket's own. */
export function bucketRules(bucketArn: string): PolicyRules {
  const kindsOf = kindsOfBucket(bucketArn)
  return { readStatement: (value, variables) => readResourceStatement(value, variables, kindsOf) }
}

export function mrapRules(mrapArn: string): PolicyRules {
  const kindsOf = kindsOfMrap(mrapArn)
  return { readStatement: (value, variables) => readResourceStatement(value, variables, kindsOf) }
}

/** For policies of users and roles, with IAM's sentences where it has its own. */
export const identityRules: PolicyRules = { readStatement: readIdentityStatement }

/**
 * Reads a policy, whole or not at all. Sentences as recorded from the service; those marked are ASSUMED. Grammar: IAM reference,
 * "Grammar of the IAM JSON policy language".
 */
export function readPolicy(text: string, rules: PolicyRules): ReadPolicy {
  try {
    return { ok: true, statements: readDocument(text, rules) }
  } catch (thrown) {
    if (!(thrown instanceof PolicyProblem)) throw thrown
    return { ok: false, problem: thrown.message, detail: thrown.detail, hint: thrown.hint, path: thrown.path }
  }
}

function readDocument(text: string, rules: PolicyRules): readonly Statement[] {
  const document = readFields(text)
  refuseUnknownFields(document, ['Version', 'Id', 'Statement'])
  const version = within('Version', () => readVersion(document.get('Version')))
  const id = document.get('Id')
  if (id !== undefined && typeof id !== 'string') throw new PolicyProblem(invalidSyntax, { at: ['Id'] })
  const statement = document.get('Statement')
  if (statement === undefined) throw new PolicyProblem('Missing required field Statement')
  const readItem = (item: unknown) => rules.readStatement(item, hasVariables(version))
  return within('Statement', () => {
    if (!Array.isArray(statement)) return [readItem(statement)]
    if (statement.length === 0) throw new PolicyProblem('Could not parse the policy: Statement is empty!')
    return statement.map((item: unknown, index) => within(index, () => readItem(item)))
  })
}

function readFields(text: string): Fields {
  if (!text.startsWith('{')) throw new PolicyProblem("Policies must be valid JSON and the first byte must be '{'")
  const fields = fieldsOf(parseUniqueJson(text)?.value)
  if (!fields) throw new PolicyProblem('This policy contains invalid Json')
  return fields
}
