import { type Infer, payload, required, structure } from '../../server/xml/shape.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { requireFuture, requireObjectLock, requireRetentionChange, type StoredRetention } from '../object-lock.ts'
import { bypassGovernanceHeader, objectLabels, Retention, versionQuery } from '../shapes.ts'
import { changeVersion } from '../versions.ts'

/**
 * Sets the retention of an object version; an empty document removes it, as far as the present one lets it. Source:
 * API_PutObjectRetention.
 */
export default defineOperation({
  name: 'PutObjectRetention',
  http: 'PUT /{Bucket}/{Key+}?retention',
  action: 's3:PutObjectRetention',
  acceptsMrap: true,
  input: structure({
    ...objectLabels,
    ...versionQuery,
    ...bypassGovernanceHeader,
    Retention: payload(required(Retention)),
  }),
  output: structure({}),
  errors: ['NoSuchKey', 'NoSuchVersion'],
  async handle(input, context) {
    requireObjectLock(context)
    const retention = askedRetention(input.Retention, context)
    const bypass = input.BypassGovernanceRetention === true
    await changeVersion(input, context, ({ details }) => {
      requireRetentionChange(details.retention, retention, { bypass, now: context.clock.now() })
      const { retention: _, ...rest } = details
      return retention ? { ...rest, retention } : rest
    })
    return {}
  },
})

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
