import type { Infer } from '../protocol/xml/shape.ts'
import { mrapStatus } from '../store/mrap-status.ts'
import type { Routes } from '../store/routes.ts'
import type { MrapRegion, MultiRegionAccessPoint, RouteSetting } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { errors } from './errors.ts'
import type { Route } from './shapes.ts'

/**
 * Rules of the traffic dial. Source: user guide, "Amazon S3 Multi-Region Access Points failover controls".
 *
 * - 100 is active, 0 passive; there is nothing between.
 * - An update names a bucket or a Region of the MRAP, or both of one and the same.
 * - Regions that are not named keep their state; all updates of a request are applied together or not at all.
 * - At least one Region stays active.
 */
export type RouteUpdate = Infer<typeof Route>

/** Regions that serve the two routes operations, in the order in which a refusal elsewhere lists them. */
export const failoverRegions = ['us-east-1', 'us-west-2', 'ap-southeast-2', 'ap-northeast-1', 'eu-west-1'] as const

/**
 * The dials that a request changes: Region -> value, without those that have the value already. `configured` has every Region of the
 * MRAP. Throws InvalidRequest, or MethodNotAllowed where the MRAP's only Region would become passive.
 */
export function plannedRoutes(
  updates: readonly RouteUpdate[],
  mrap: MultiRegionAccessPoint,
  configured: Routes,
): Routes {
  if (updates.length === 0) throw invalid('RouteUpdates must have at least one route.')
  const planned = new Map<string, number>()
  for (const update of updates) {
    const dial = dialOf(update)
    const { region } = regionOf(update, mrap)
    // ASSUMED: two updates of one Region are accepted when they agree.
    if ((planned.get(region) ?? dial) !== dial) {
      throw invalid(
        `The Region ${region} is updated twice, with different values.`,
        'Name each Region once, by its bucket or by its Region.',
      )
    }
    planned.set(region, dial)
  }
  refuseAllPassive(planned, configured)
  return new Map([...planned].filter(([region, dial]) => configured.get(region) !== dial))
}

/** The rows that a plan becomes. They count at once for GetMultiRegionAccessPointRoutes, after its Region's delay for traffic. */
export function routeSettings(planned: Routes, now: number, delayMs: (region: string) => number): RouteSetting[] {
  return [...planned].map(([region, trafficDialPercentage]) => ({
    region,
    trafficDialPercentage,
    submittedAt: now,
    effectiveAt: now + delayMs(region),
  }))
}

/** Every Region active, as a new MRAP begins. */
export function initialRoutes(regions: readonly MrapRegion[], now: number): RouteSetting[] {
  return routeSettings(new Map(regions.map(({ region }) => [region, 100])), now, () => 0)
}

/** Throws InvalidRequest unless the MRAP is READY. */
export function refuseUnlessReady(mrap: MultiRegionAccessPoint, now: number): void {
  const status = mrapStatus(mrap, now)
  if (status === 'READY') return
  // ASSUMED: the code of this refusal; that routes need a READY access point is documented.
  throw invalid(
    'The Multi-Region Access Point is not ready.',
    `"${mrap.name}" is ${status}. Wait until GetMultiRegionAccessPoint shows READY.`,
  )
}

const changing = new WeakMap<Store, Set<string>>()

/**
 * Runs a change of an MRAP's routes unless another one is under way: of concurrent updates the first wins, the others are refused.
 * Throws OperationAborted (409). Source: user guide, "failover errors".
 */
export async function firstWins<T>(store: Store, id: string, change: () => Promise<T>): Promise<T> {
  const underWay = changing.get(store) ?? new Set()
  changing.set(store, underWay)
  if (underWay.has(id)) {
    // ASSUMED: the code; the guide says only that the others get HTTP 409.
    throw errors.OperationAborted(
      {},
      { hint: 'Another update of these routes is under way. Send one after the other.' },
    )
  }
  underWay.add(id)
  try {
    return await change()
  } finally {
    underWay.delete(id)
  }
}

function dialOf({ TrafficDialPercentage: dial }: RouteUpdate): 0 | 100 {
  if (dial === 0 || dial === 100) return dial
  // ASSUMED: what lies between is refused; the model allows 0 to 100, the guide describes 0 and 100 only.
  throw invalid(
    'TrafficDialPercentage must be 0 or 100.',
    `We saw ${dial}. 100 makes a Region active, 0 passive; traffic cannot be split by shares.`,
  )
}

function regionOf({ Bucket, Region }: RouteUpdate, mrap: MultiRegionAccessPoint): MrapRegion {
  if (Bucket === undefined && Region === undefined) {
    throw invalid('A route must name a Bucket or a Region.', `This access point has ${described(mrap)}.`)
  }
  const found = mrap.regions.find(({ bucket, region }) =>
    Bucket === undefined ? region === Region : bucket === Bucket,
  )
  if (!found) {
    const named = Bucket === undefined ? `Region ${shown(Region)}` : `bucket ${shown(Bucket)}`
    throw invalid(
      `The ${named} is not part of the Multi-Region Access Point.`,
      `This access point has ${described(mrap)}.`,
    )
  }
  if (Region !== undefined && Region !== found.region) {
    throw invalid(
      `The bucket ${found.bucket} is not in the Region ${shown(Region)}.`,
      `It is in ${found.region}. Name the bucket, its Region, or both as they are.`,
    )
  }
  return found
}

function refuseAllPassive(planned: Routes, configured: Routes): void {
  const after = new Map([...configured, ...planned])
  if ([...after.values()].some(dial => dial > 0)) return
  if (after.size === 1) {
    throw errors.MethodNotAllowed(
      {},
      { hint: 'This access point has one Region only: there is nothing to fail over to.' },
    )
  }
  const active = [...configured].flatMap(([region, dial]) => (dial > 0 ? [region] : []))
  throw invalid(
    'At least one Region must be active.',
    `Active now: ${active.join(', ')}; this request would leave none. Set another Region to 100 in the same request.`,
  )
}

const described = ({ regions }: MultiRegionAccessPoint) =>
  regions.map(({ bucket, region }) => `${bucket} in ${region}`).join(', ')
const shown = (text = '') => (text.length > 64 ? `${text.slice(0, 64)}...` : text)
const invalid = (Message: string, hint?: string) => errors.InvalidRequest({ Message }, { hint })
