import { formatMrapArn } from '../../protocol/endpoint/arn.ts'
import { configuredRoutes } from '../../store/routes.ts'
import { defineOperation } from '../context.ts'
import { findMrapById } from '../multi-region-access-points.ts'
import { failoverRegions } from '../routes.ts'
import * as shapes from '../shapes.ts'

/**
 * Shows the dial of every Region as it was last submitted; traffic may follow later. Served by the five failover Regions, so that
 * routes can be read while others are down. Source: API_control_GetMultiRegionAccessPointRoutes.
 */
export default defineOperation({
  name: 'GetMultiRegionAccessPointRoutes',
  http: 'GET /v20180820/mrap/instances/{Mrap+}/routes',
  action: 's3:GetMultiRegionAccessPointRoutes',
  servedIn: failoverRegions,
  input: shapes.GetMultiRegionAccessPointRoutesInput,
  output: shapes.GetMultiRegionAccessPointRoutesOutput,
  errors: ['NoSuchMultiRegionAccessPoint'],
  handle({ Mrap }, context) {
    const mrap = findMrapById(Mrap, context)
    const dials = configuredRoutes(context.store.listRouteSettings(mrap.id))
    return {
      Mrap: formatMrapArn(mrap),
      Routes: mrap.regions.map(({ bucket, region }) => ({
        Bucket: bucket,
        Region: region,
        TrafficDialPercentage: dials.get(region) ?? 100,
      })),
    }
  },
})
