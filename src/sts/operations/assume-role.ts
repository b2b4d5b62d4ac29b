import { identityRules, readPolicy } from '../../policy/document.ts'
import { identityDecision } from '../../policy/identity.ts'
import { identityHint, identityTrace } from '../../policy/reasons.ts'
import { arnOf } from '../../protocol/caller.ts'
import { constraint, errors } from '../errors.ts'
import { credentialsElement, endOf, readDuration, type StsContext, type StsOperation } from '../operation.ts'

const hour = 3600
const policyLimit = 2048
const roleArn = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@/-]{1,512}\/)?([\w+=,.@-]{1,64})$/

/**
 * A session of a role. ASSUMED: a role trusts every account of the world, so the caller's own policies decide; a session lasts 12 hours
 * at most, as roles can be set to allow. Source: STS API reference, AssumeRole.
 */
export const assumeRole: StsOperation = {
  name: 'AssumeRole',
  parameters: ['DurationSeconds', 'Policy', 'RoleArn', 'RoleSessionName'],
  // Both are for conditions of trust policies.
  ignores: ['ExternalId', 'SourceIdentity'],
  errors: ['MalformedPolicyDocument'],
  handle(parameters, context) {
    const { caller, credential, clock, sessions, endpoint } = context
    const sessionName = readSessionName(parameters.get('RoleSessionName'))
    const { accountId, name } = readRoleArn(parameters.get('RoleArn'))
    const seconds = readDuration(parameters.get('DurationSeconds'), { least: 900, most: 12 * hour, fallback: hour })
    const policy = readSessionPolicy(parameters.get('Policy'))
    requireRole(accountId, name, context)
    if (caller.kind === 'role' && seconds > hour) {
      throw errors.ValidationError({
        Message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      })
    }
    const expiresAt = endOf(seconds, clock)
    const policies = policy === undefined ? [] : [policy]
    const issued = sessions.issue({
      accountId,
      subject: { kind: 'role', name, sessionName, policies },
      expiresAt,
      issuedBy: endpoint,
      clientRegion: credential.clientRegion,
    })
    const size = policy === undefined ? undefined : String(Math.ceil((policy.length / policyLimit) * 100))
    return {
      AssumedRoleUser: {
        AssumedRoleId: `${name}:${sessionName}`,
        Arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`,
      },
      Credentials: credentialsElement(issued, expiresAt),
      PackedPolicySize: size,
    }
  },
}

function readSessionName(name: string | undefined): string {
  const rule = (text: string) => constraint('roleSessionName', name, text)
  if (name === undefined) throw rule('Member must not be null')
  if (!/^[\w+=,.@-]*$/.test(name)) throw rule('Member must satisfy regular expression pattern: [\\w+=,.@-]*')
  if (name.length < 2) throw rule('Member must have length greater than or equal to 2')
  if (name.length > 64) throw rule('Member must have length less than or equal to 64')
  return name
}

function readRoleArn(text: string | undefined): { readonly accountId: string; readonly name: string } {
  const rule = (said: string) => constraint('roleArn', text, said)
  if (text === undefined) throw rule('Member must not be null')
  if (text.length < 20) throw rule('Member must have length greater than or equal to 20')
  if (text.length > 2048) throw rule('Member must have length less than or equal to 2048')
  const [, accountId, name] = roleArn.exec(text) ?? []
  if (accountId === undefined || name === undefined) throw errors.ValidationError({ Message: `${text} is invalid` })
  return { accountId, name }
}

function readSessionPolicy(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (text.length < 1) throw constraint('policy', text, 'Member must have length greater than or equal to 1')
  if (text.length > policyLimit) {
    throw constraint('policy', text, `Member must have length less than or equal to ${policyLimit}`)
  }
  const read = readPolicy(text, identityRules)
  if (!read.ok) throw errors.MalformedPolicyDocument({ Message: read.problem }, { hint: read.hint })
  return text
}

/** A role that is not there and one that the caller may not assume are refused in the same words. */
function requireRole(accountId: string, name: string, { caller, world, asking, trace }: StsContext): void {
  const arn = `arn:aws:iam::${accountId}:role/${name}`
  if (caller.kind === 'root') {
    throw errors.AccessDenied(
      { Message: 'Roles may not be assumed by root accounts.' },
      { hint: 'Sign with the key of a user, or of a session of another role.' },
    )
  }
  const role = world.accounts.find(({ id }) => id === accountId)?.roles.find(one => one.name === name)
  const request = asking('sts:AssumeRole', arn)
  trace?.(identityTrace(request))
  const isAllowed = identityDecision(request) === 'allow'
  if (role && isAllowed) return
  throw errors.AccessDenied(
    { Message: `User: ${arnOf(caller)} is not authorized to perform: sts:AssumeRole on resource: ${arn}` },
    { hint: isAllowed ? `The world has no role ${name} in account ${accountId}.` : identityHint(request) },
  )
}
