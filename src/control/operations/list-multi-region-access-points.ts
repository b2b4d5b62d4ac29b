import { defineOperation } from '../context.ts'
import { report } from '../multi-region-access-points.ts'
import * as shapes from '../shapes.ts'

/**
 * Shows the account's MRAPs, oldest first, all of them in one answer (the quota is 100); the paging parameters are documented as not
 * used. Source: API_control_ListMultiRegionAccessPoints.
 */
export default defineOperation({
  name: 'ListMultiRegionAccessPoints',
  http: 'GET /v20180820/mrap/instances',
  action: 's3:ListMultiRegionAccessPoints',
  servedIn: ['us-west-2'],
  input: shapes.ListMultiRegionAccessPointsInput,
  output: shapes.ListMultiRegionAccessPointsOutput,
  handle(_input, context) {
    const { store, clock, accountId } = context
    context.authorize('*')
    const now = clock.now()
    // ASSUMED: the order, which is not documented.
    return { AccessPoints: store.listMraps(accountId, now).map(mrap => report(mrap, now)) }
  },
})
