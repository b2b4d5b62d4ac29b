import { arnOf, userIdOf } from '../../protocol/caller.ts'
import type { StsOperation } from '../operation.ts'

/** Says who asks. Needs no permission. Source: STS API reference, GetCallerIdentity. */
export const getCallerIdentity: StsOperation = {
  name: 'GetCallerIdentity',
  parameters: [],
  errors: [],
  handle: (_parameters, { caller }) => ({ Arn: arnOf(caller), UserId: userIdOf(caller), Account: caller.accountId }),
}
