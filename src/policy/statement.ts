import { actionKinds } from './action-names.ts'
import { type Actions, noVendor, readActions, readIdentityActions } from './actions.ts'
import { findConditionKey } from './condition-keys.ts'
import { type Condition, readConditions } from './conditions.ts'
import { type Effect, readEffect } from './effect.ts'
import { type Fields, fieldsOf, invalidSyntax, PolicyProblem, refuseUnknownFields, shown, within } from './fields.ts'
import { everyone, type Principals, readPrincipals } from './principals.ts'
import { type ResourceKinds, type Resources, readIdentityResources, readResources } from './resources.ts'

/** A statement of a policy, read and made ready to be evaluated. */
export interface Statement {
  readonly sid: string | undefined
  readonly effect: Effect
  readonly principals: Principals
  readonly actions: Actions
  readonly resources: Resources
  readonly conditions: readonly Condition[]
}

const commonFields = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
const resourceFields = [...commonFields, 'Principal', 'NotPrincipal']

/** Reads a statement of the policy of a bucket or access point. */
export function readResourceStatement(value: unknown, variables: boolean, kindsOf: ResourceKinds): Statement {
  const fields = statementFields(value)
  refuseUnknownFields(fields, resourceFields)
  const sid = readSid(fields)
  const effect = within('Effect', () => readEffect(fields.get('Effect')))
  const principals = readPrincipals(fields)
  if (effect === 'Allow' && principals.except) {
    throw new PolicyProblem('Allow with NotPrincipal is not allowed.', { at: ['NotPrincipal'] })
  }
  const { actions, names } = readActions(fields)
  const resources = readResources(fields, variables, kindsOf)
  const conditions = within('Condition', () => readConditions(fields.get('Condition'), variables))
  const named = actions.except ? [] : actions.patterns.map((pattern, index) => ({ pattern, names: names[index] ?? [] }))
  refuseStrangeKeys(conditions, named)
  if (!resources.except) {
    refuseStrangeActions(named, new Set(resources.patterns.flatMap(pattern => kindsOf(pattern, variables))))
  }
  return { sid, effect, principals, actions, resources, conditions }
}

/** Reads a statement of the policy of a user or role: without principals, about any resource. */
export function readIdentityStatement(value: unknown, variables: boolean): Statement {
  const fields = statementFields(value)
  if (fields.has('Principal') || fields.has('NotPrincipal')) {
    const at = [fields.has('Principal') ? 'Principal' : 'NotPrincipal']
    throw new PolicyProblem('Policy document should not specify a principal.', { at })
  }
  refuseUnknownFields(fields, commonFields)
  const sid = readSid(fields)
  const effect = within('Effect', () => readEffect(fields.get('Effect')))
  const actions = readIdentityActions(fields)
  const resources = readIdentityResources(fields, variables)
  const conditions = within('Condition', () => readConditions(fields.get('Condition'), variables))
  const bare = conditions.find(({ key }) => !key.includes(':'))
  if (bare) throw new PolicyProblem(noVendor, { at: ['Condition', bare.operator, bare.key] })
  return { sid, effect, principals: everyone, actions, resources, conditions }
}

function statementFields(value: unknown): Fields {
  const fields = fieldsOf(value)
  if (!fields) throw new PolicyProblem(invalidSyntax)
  return fields
}

function readSid(fields: Fields): string | undefined {
  const sid = fields.get('Sid')
  if (sid !== undefined && typeof sid !== 'string') throw new PolicyProblem(invalidSyntax, { at: ['Sid'] })
  return sid
}

/** An action as written, and what of S3's actions it stands for. */
interface NamedAction {
  readonly pattern: string
  readonly names: readonly string[]
}

/**
 * Every action must come with every condition key. ASSUMED: of a pattern with wildcards one is enough, and NotAction is not looked at.
 */
function refuseStrangeKeys(conditions: readonly Condition[], named: readonly NamedAction[]): void {
  for (const { operator, key } of conditions) {
    const at = ['Condition', operator, key]
    const known = findConditionKey(key)
    if (!known) {
      throw new PolicyProblem('Policy has an invalid condition key', {
        hint: `${shown(key)} is neither a condition key of S3 nor one that begins with aws:.`,
        at,
      })
    }
    const { actions } = known
    const strange = actions && named.find(({ names }) => !names.some(name => actions.has(name)))
    if (!strange) continue
    throw new PolicyProblem('Conditions do not apply to combination of actions and resources in statement', {
      hint: `${shown(key)} does not come with ${shown(strange.pattern)}: give the actions that it comes with a statement of their own.`,
      at,
    })
  }
}

/** Every action must apply to one of the resources. ASSUMED: NotAction and NotResource are not looked at. */
function refuseStrangeActions(named: readonly NamedAction[], kinds: ReadonlySet<string | undefined>): void {
  const strange = named.find(({ names }) => !names.some(name => kinds.has(actionKinds.get(name))))
  if (!strange) return
  throw new PolicyProblem('Action does not apply to any resource(s) in statement', {
    hint: `${shown(strange.pattern)} does not apply to what Resource names: a bucket is <its ARN>, objects in it are <its ARN>/<key pattern>.`,
    at: ['Action'],
  })
}
