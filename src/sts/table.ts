import type { StsOperation } from './operation.ts'
import { assumeRole } from './operations/assume-role.ts'
import { getCallerIdentity } from './operations/get-caller-identity.ts'
import { getSessionToken } from './operations/get-session-token.ts'

/** Every action of STS that is built. */
export const stsOperations: readonly StsOperation[] = [assumeRole, getCallerIdentity, getSessionToken]

/** All actions of STS, `2011-06-15`: what is not built answers NotImplemented. */
export const knownActions: ReadonlySet<string> = new Set([
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetCallerIdentity',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetSessionToken',
  'GetWebIdentityToken',
])
