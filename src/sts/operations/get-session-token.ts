import { errors } from '../errors.ts'
import { credentialsElement, endOf, readDuration, type StsOperation } from '../operation.ts'

const hour = 3600

/**
 * Temporary credentials of a user or root, with the same rights. Needs no permission, but long-term credentials. Source: STS API
 * reference, GetSessionToken.
 */
export const getSessionToken: StsOperation = {
  name: 'GetSessionToken',
  parameters: ['DurationSeconds'],
  errors: [],
  handle(parameters, { caller, credential, clock, sessions, endpoint }) {
    const asked = readDuration(parameters.get('DurationSeconds'), { least: 900, most: 36 * hour, fallback: 12 * hour })
    if (caller.kind === 'role' || caller.kind === 'service' || credential.sessionToken !== undefined) {
      throw errors.AccessDenied({ Message: 'Cannot call GetSessionToken with session credentials' })
    }
    // Sessions of a root last an hour at most, whatever was asked for.
    const seconds = caller.kind === 'root' ? Math.min(asked, hour) : asked
    const expiresAt = endOf(seconds, clock)
    const subject = caller.kind === 'root' ? { kind: caller.kind } : { kind: caller.kind, name: caller.name }
    const { accountId } = caller
    const { clientRegion } = credential
    const issued = sessions.issue({ accountId, subject, expiresAt, issuedBy: endpoint, clientRegion })
    return { Credentials: credentialsElement(issued, expiresAt) }
  },
}
