import { formatMrapArn } from '../../protocol/endpoint/arn.ts'
import { mrapStatus } from '../../store/mrap-status.ts'
import type { Bucket, MrapRegion, MultiRegionAccessPoint } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { MrapAccess } from '../context.ts'
import { errors } from '../errors.ts'
import { regionsByDistance } from './proximity.ts'

/** A bucket of an MRAP and the value of its dial that moves traffic now: 100 active, 0 passive. */
export interface Route extends MrapRegion {
  readonly trafficDialPercentage: number
}

/**
 * Why a request went where it went, one word per rule, in this order:
 *
 *   region-down     the Region that would have been chosen is down, so it is the nearest of the active ones that are up
 *   only-active     one Region is active, so there was nothing to choose
 *   nearest-active  of several active Regions the nearest to the client; its own Region is the nearest of all
 */
export type RouteReason = 'region-down' | 'only-active' | 'nearest-active'

/** What routing asks about Regions. */
export interface RegionHealth {
  /** Whether requests go round this Region while another active one is up. */
  isAvoided(region: string): boolean
  /** How far the clock of this Region is off, in milliseconds. */
  skewOf(region: string): number
}

/** Nothing is down. */
export const allUp: RegionHealth = { isAvoided: () => false, skewOf: () => 0 }

/**
 * The bucket that serves a client standing in `clientRegion`. The key and what the buckets hold are not looked at: a 404 is never tried
 * elsewhere. Where all active Regions are down, the nearest fails: a passive one is never used. undefined: every Region is passive.
 * Source: user guide, "Multi-Region Access Point request routing".
 */
export function chooseRoute(
  routes: readonly Route[],
  clientRegion: string,
  health: RegionHealth,
): (MrapRegion & { readonly reason: RouteReason }) | undefined {
  const active = new Map(routes.filter(route => route.trafficDialPercentage > 0).map(route => [route.region, route]))
  const ranked = regionsByDistance(clientRegion).filter(region => active.has(region))
  const [nearest] = ranked
  const nearestUp = ranked.find(region => !health.isAvoided(region)) ?? nearest
  const chosen = nearestUp === undefined ? undefined : active.get(nearestUp)
  if (!chosen) return undefined
  const { bucket, region, bucketAccountId } = chosen
  if (nearestUp !== nearest) return { bucket, region, bucketAccountId, reason: 'region-down' }
  return { bucket, region, bucketAccountId, reason: active.size === 1 ? 'only-active' : 'nearest-active' }
}

/** Where a request through an MRAP lands. */
export interface Landing {
  readonly mrap: MrapAccess
  readonly mrapName: string
  readonly region: string
  readonly bucketName: string
  /** undefined: deleted since the MRAP was created (a bucket of another account can be), or there is another one of that name. */
  readonly bucket: Bucket | undefined
  readonly reason: RouteReason
}

/**
 * Looks an alias up and chooses a bucket by the routes that are in effect at `now`. An MRAP serves while it is READY and while it is
 * DELETING. Throws NoSuchMultiRegionAccessPoint, or ServiceUnavailable when every Region is passive.
 */
export function resolveMrap(
  store: Store,
  alias: string,
  clientRegion: string,
  now: number,
  health: RegionHealth,
): Landing {
  const found = store.findMrapByAlias(alias, now)
  // ASSUMED: the answer for an alias that is unknown, or not READY yet.
  if (!found) throw errors.NoSuchMultiRegionAccessPoint({}, { hint: unknownAlias(store, alias) })
  if (mrapStatus(found, now) === 'CREATING') {
    throw errors.NoSuchMultiRegionAccessPoint(
      {},
      { hint: `"${found.name}" (${alias}) is still CREATING. Wait until GetMultiRegionAccessPoint shows READY.` },
    )
  }
  const chosen = chooseRoute(routesOf(found, store, now), clientRegion, health)
  // The rules of the dial keep one Region active, but delays that were changed by a restart may let updates overtake each other.
  if (!chosen) {
    throw errors.ServiceUnavailable(
      {},
      { hint: `No Region of "${found.name}" is active now; routes are on their way.` },
    )
  }
  const bucket = store.findBucket(chosen.bucket)
  // A bucket made anew serves again if it has the same name, Region and account.
  const isAttached = bucket?.region === chosen.region && bucket.accountId === chosen.bucketAccountId
  return {
    mrap: {
      id: found.id,
      alias,
      arn: formatMrapArn(found),
      accountId: found.accountId,
      publicAccessBlock: found.publicAccessBlock,
    },
    mrapName: found.name,
    region: chosen.region,
    bucketName: chosen.bucket,
    bucket: isAttached ? bucket : undefined,
    reason: chosen.reason,
  }
}

/** The buckets of an MRAP with the dials that are in effect. */
export function routesOf({ id, regions }: MultiRegionAccessPoint, store: Store, now: number): readonly Route[] {
  const dials = store.findEffectiveRoutes(id, now)
  return regions.map(region => ({ ...region, trafficDialPercentage: dials.get(region.region) ?? 0 }))
}

function unknownAlias(store: Store, alias: string): string {
  if (store.isAliasTaken(alias)) {
    return `The Multi-Region Access Point with the alias ${alias} was deleted. Aliases are not reused: read the ARN of the new one.`
  }
  return `There is no Multi-Region Access Point with the alias ${alias.slice(0, 70)}. ListMultiRegionAccessPoints shows the aliases there are.`
}
