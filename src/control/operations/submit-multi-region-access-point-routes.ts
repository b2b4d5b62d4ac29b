import { configuredRoutes } from '../../store/routes.ts'
import { defineOperation } from '../context.ts'
import { findMrapById } from '../multi-region-access-points.ts'
import { failoverRegions, firstWins, plannedRoutes, refuseUnlessReady, routeSettings } from '../routes.ts'
import * as shapes from '../shapes.ts'

/**
 * Makes Regions active (100) or passive (0). Synchronous: GetMultiRegionAccessPointRoutes shows it at once, traffic follows after the
 * routes delay. Source: API_control_SubmitMultiRegionAccessPointRoutes.
 */
export default defineOperation({
  name: 'SubmitMultiRegionAccessPointRoutes',
  http: 'PATCH /v20180820/mrap/instances/{Mrap+}/routes',
  action: 's3:SubmitMultiRegionAccessPointRoutes',
  servedIn: failoverRegions,
  input: shapes.SubmitMultiRegionAccessPointRoutesInput,
  output: shapes.SubmitMultiRegionAccessPointRoutesOutput,
  errors: ['MethodNotAllowed', 'NoSuchMultiRegionAccessPoint', 'OperationAborted'],
  handle({ Mrap, Request }, context) {
    const { store, clock, settings } = context
    const { alias } = findMrapById(Mrap, context)
    const change = async () => {
      const mrap = findMrapById(Mrap, context)
      const now = clock.now()
      refuseUnlessReady(mrap, now)
      const configured = configuredRoutes(store.listRouteSettings(mrap.id))
      const planned = plannedRoutes(Request.RouteUpdates, mrap, configured)
      const delayMs = (region: string) => settings.routesDelayMs(mrap.alias, region)
      if (planned.size > 0) await store.insertRouteSettings(mrap.id, routeSettings(planned, now, delayMs))
      return { Result: {} }
    }
    return firstWins(store, alias, () => context.serially(change))
  },
})
