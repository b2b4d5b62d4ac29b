import { type Infer, payload, status, structure } from '../../protocol/xml/shape.ts'
import type { ObjectVersion, VersionDetails } from '../../store/rows.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { restorationOf } from '../objects/restoration.ts'
import { isArchived } from '../objects/storage-class.ts'
import { changeVersion, shownVersionId } from '../objects/versions.ts'
import { objectLabels, RestoreRequest, type restoreTiers, versionHeader, versionQuery } from '../shapes.ts'

type Tier = (typeof restoreTiers)[number]
type Restore = NonNullable<VersionDetails['restore']>

const defaultDelayMs = 1000
const speed: Readonly<Record<Tier, number>> = { Bulk: 0, Standard: 1, Expedited: 2 }

/**
 * Asks for a readable copy of an archived object: 202, and 200 when there is one whose days only grow. How far it is
 * follows from the stored time and the clock. Source: API_RestoreObject.
 * ASSUMED: every tier takes the same time.
 */
export default defineOperation({
  name: 'RestoreObject',
  http: 'POST /{Bucket}/{Key+}?restore',
  action: 's3:RestoreObject',
  acceptsMrap: true,
  input: structure({ ...objectLabels, ...versionQuery, RestoreRequest: payload(RestoreRequest) }),
  output: structure({ Status: status(), ...versionHeader }),
  errors: [
    'InvalidObjectState',
    'NoSuchKey',
    'NoSuchVersion',
    'ObjectAlreadyInActiveTierError',
    'RestoreAlreadyInProgress',
  ],
  async handle(input, context) {
    const asked = askedRestore(input.RestoreRequest)
    let wasRestored = false
    const version = await changeVersion(input, context, current => {
      const restore = nextRestore(current, asked, context)
      wasRestored = restore.readyAt <= restore.requestedAt && restorationOf(current, context.clock.now()) !== undefined
      return { ...current.details, restore }
    })
    return { Status: wasRestored ? 200 : 202, VersionId: shownVersionId(version.versionId, context.bucket) }
  },
})

interface Asked {
  /** Wanted of every class but INTELLIGENT_TIERING. */
  readonly days: number | undefined
  readonly tier: Tier
}

function askedRestore(request: Infer<typeof RestoreRequest> | undefined): Asked {
  if (request?.Type === 'SELECT') {
    throw errors.NotImplemented({ Message: 'Restore requests of type SELECT are not implemented.' })
  }
  if (!request) throw errors.MalformedXML()
  return { days: request.Days, tier: request.GlacierJobParameters?.Tier ?? request.Tier ?? 'Standard' }
}

/**
 * Throws unless the class is one whose objects must be restored. Objects of INTELLIGENT_TIERING never move to its archive
 * tiers here, so they are always in an active one.
 */
function requireArchived({ storageClass }: ObjectVersion): void {
  if (isArchived(storageClass)) return
  if (storageClass === 'INTELLIGENT_TIERING') throw errors.ObjectAlreadyInActiveTierError()
  throw errors.InvalidObjectState({
    Message: "Restore is not allowed for the object's current storage class",
    StorageClass: storageClass,
  })
}

function nextRestore(version: ObjectVersion, { days, tier }: Asked, { clock, settings }: DataContext): Restore {
  const now = clock.now()
  requireArchived(version)
  if (days === undefined) throw errors.MalformedXML()
  if (tier === 'Expedited' && version.storageClass === 'DEEP_ARCHIVE') {
    // ASSUMED: code and sentence; the user guide only says that the tier is not available for this class.
    throw errors.InvalidArgument({
      Message: 'Retrieval option is not supported by this storage class',
      ArgumentName: 'Tier',
      ArgumentValue: tier,
    })
  }
  const restoration = restorationOf(version, now)
  if (restoration?.state === 'restored') return { requestedAt: now, readyAt: now, days, tier }
  if (restoration && !isFaster(tier, version.details.restore?.tier)) throw errors.RestoreAlreadyInProgress()
  return { requestedAt: now, readyAt: now + (settings.restoreDelayMs?.() ?? defaultDelayMs), days, tier }
}

/**
 * A restore that runs can only be asked to run faster. Source: user guide, "Upgrading the speed of an in-progress
 * restore".
 */
function isFaster(tier: Tier, running: string | undefined): boolean {
  const present = running === 'Bulk' || running === 'Standard' || running === 'Expedited' ? speed[running] : 0
  return speed[tier] > present
}
