import { payload, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { requireObjectLock } from '../objects/object-lock.ts'
import { requireVersion } from '../objects/versions.ts'
import { LegalHold, objectLabels, versionQuery } from '../shapes.ts'

/** Returns whether a legal hold is on an object version. Source: API_GetObjectLegalHold. */
export default defineOperation({
  name: 'GetObjectLegalHold',
  http: 'GET /{Bucket}/{Key+}?legal-hold',
  action: 's3:GetObjectLegalHold',
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery }),
  output: structure({ LegalHold: payload(LegalHold) }),
  errors: ['NoSuchKey', 'NoSuchObjectLockConfiguration', 'NoSuchVersion'],
  handle(input, context) {
    requireObjectLock(context)
    const { legalHold } = requireVersion(input, context).details
    if (!legalHold) throw errors.NoSuchObjectLockConfiguration()
    return { LegalHold: { Status: legalHold } }
  },
})
