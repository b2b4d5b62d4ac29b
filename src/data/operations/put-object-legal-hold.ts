import { payload, structure } from '../../protocol/xml/shape.ts'
import { lockValues } from '../access/policy-context.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { requireObjectLock } from '../objects/object-lock.ts'
import { changeVersion } from '../objects/versions.ts'
import { LegalHold, objectLabels, versionQuery } from '../shapes.ts'

/**
 * Puts a legal hold on an object version or takes it off, whatever its retention says. Source: API_PutObjectLegalHold.
 */
export default defineOperation({
  name: 'PutObjectLegalHold',
  http: 'PUT /{Bucket}/{Key+}?legal-hold',
  action: 's3:PutObjectLegalHold',
  acceptsMrap: true,
  judgesItself: true,
  input: structure({ ...objectLabels, ...versionQuery, LegalHold: payload(LegalHold) }),
  output: structure({}),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  async handle(input, context) {
    // A request without a body is a document without its members (recorded).
    if (!input.LegalHold) throw errors.MalformedXML()
    const legalHold = input.LegalHold.Status
    const values = lockValues({ legalHold }, context.clock.now())
    context.authorize('s3:PutObjectLegalHold', input.Key, { versionId: input.VersionId, values })
    requireObjectLock(context)
    await changeVersion(input, context, ({ details }) => ({ ...details, legalHold }), 'LEGAL_HOLD')
    return {}
  },
})
