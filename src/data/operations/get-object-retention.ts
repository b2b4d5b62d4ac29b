import { payload, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { requireObjectLock } from '../objects/object-lock.ts'
import { requireVersion } from '../objects/versions.ts'
import { objectLabels, Retention, versionQuery } from '../shapes.ts'

/** Returns the retention of an object version, also one that is over. Source: API_GetObjectRetention. */
export default defineOperation({
  name: 'GetObjectRetention',
  http: 'GET /{Bucket}/{Key+}?retention',
  action: 's3:GetObjectRetention',
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery }),
  output: structure({ Retention: payload(Retention) }),
  errors: ['NoSuchKey', 'NoSuchObjectLockConfiguration', 'NoSuchVersion'],
  handle(input, context) {
    requireObjectLock(context)
    const { retention } = requireVersion(input, context).details
    if (!retention) throw errors.NoSuchObjectLockConfiguration()
    return { Retention: { Mode: retention.mode, RetainUntilDate: retention.retainUntil } }
  },
})
