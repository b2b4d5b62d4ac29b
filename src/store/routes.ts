import type { RouteSetting } from './rows.ts'

/** Region -> traffic dial percentage: 100 active, 0 passive. Regions in the order in which they were first set. */
export type Routes = ReadonlyMap<string, number>

/** What was last submitted for each Region, as GetMultiRegionAccessPointRoutes shows it at once. `settings`: newest last. */
export function configuredRoutes(settings: readonly RouteSetting[]): Routes {
  return new Map(settings.map(({ region, trafficDialPercentage }) => [region, trafficDialPercentage]))
}

/**
 * What traffic follows at `now`: for each Region the newest setting whose time has come (from `effectiveAt` on, inclusive). "Newest"
 * goes by submission, so a setting still under way never undoes a later one that took effect sooner. `settings`: newest last.
 */
export function effectiveRoutes(settings: readonly RouteSetting[], now: number): Routes {
  return configuredRoutes(settings.filter(({ effectiveAt }) => effectiveAt <= now))
}
