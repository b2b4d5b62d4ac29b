import { type Infer, payload, structure } from '../../protocol/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import { lockValues } from '../access/policy-context.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  requireFuture,
  requireObjectLock,
  requireRetentionChange,
  type StoredRetention,
} from '../objects/object-lock.ts'
import { changeVersion } from '../objects/versions.ts'
import { bypassGovernanceHeader, objectLabels, Retention, versionQuery } from '../shapes.ts'

const Input = structure({
  ...objectLabels,
  ...versionQuery,
  ...bypassGovernanceHeader,
  Retention: payload(Retention),
})

/**
 * Sets the retention of an object version; an empty document removes it, as far as the present one lets it. Source:
 * API_PutObjectRetention.
 */
export default defineOperation({
  name: 'PutObjectRetention',
  http: 'PUT /{Bucket}/{Key+}?retention',
  action: 's3:PutObjectRetention',
  acceptsMrap: true,
  judgesItself: true,
  input: Input,
  output: structure({}),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  async handle(input, context) {
    const { Retention: document } = input
    if (!document) throw errors.MalformedXML()
    authorizeRetention(input, document, context)
    requireObjectLock(context)
    const retention = askedRetention(document, context)
    const bypass = input.BypassGovernanceRetention === true
    const change = ({ details }: ObjectVersion) => {
      requireRetentionChange(details.retention, retention, { bypass, now: context.clock.now() })
      const { retention: _, ...rest } = details
      return retention ? { ...rest, retention } : rest
    }
    await changeVersion(input, context, change, 'RETENTION')
    return {}
  },
})

function authorizeRetention(
  input: Infer<typeof Input>,
  { Mode: mode, RetainUntilDate: retainUntil }: Infer<typeof Retention>,
  { authorize, clock }: DataContext,
): void {
  const { Key: key, VersionId: versionId } = input
  authorize('s3:PutObjectRetention', key, { versionId, values: lockValues({ mode, retainUntil }, clock.now()) })
  if (input.BypassGovernanceRetention !== undefined) authorize('s3:BypassGovernanceRetention', key, { versionId })
}

/** undefined: the document is empty. Throws MalformedXML when half of it is missing. */
function askedRetention(
  { Mode: mode, RetainUntilDate: retainUntil }: Infer<typeof Retention>,
  { clock }: DataContext,
): StoredRetention | undefined {
  if (mode === undefined && retainUntil === undefined) return undefined
  if (mode === undefined || retainUntil === undefined) throw errors.MalformedXML()
  requireFuture(retainUntil, clock.now())
  return { mode, retainUntil }
}
