import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { report } from '../multi-region-access-points.ts'
import * as shapes from '../shapes.ts'

const usualPage = 1000

/** Shows the account's MRAPs, oldest first, a page at a time. Source: API_control_ListMultiRegionAccessPoints. */
export default defineOperation({
  name: 'ListMultiRegionAccessPoints',
  http: 'GET /v20180820/mrap/instances',
  action: 's3:ListMultiRegionAccessPoints',
  servedIn: ['us-west-2'],
  input: shapes.ListMultiRegionAccessPointsInput,
  output: shapes.ListMultiRegionAccessPointsOutput,
  handle({ NextToken: token, MaxResults }, context) {
    const { store, clock, accountId } = context
    context.authorize('*')
    const now = clock.now()
    // ASSUMED: the order, which is not documented; and that the paging parameters, documented as not used, do what they do elsewhere.
    const all = store.listMraps(accountId, now)
    const start = token === undefined ? 0 : all.findIndex(({ alias }) => tokenAfter(alias) === token) + 1
    if (token !== undefined && start === 0) throw unknownToken()
    const page = all.slice(start, start + (MaxResults || usualPage))
    const last = page.at(-1)
    return {
      AccessPoints: page.map(mrap => report(mrap, now)),
      NextToken: last && start + page.length < all.length ? tokenAfter(last.alias) : undefined,
    }
  },
})

/** The token of a page that ended with this MRAP. */
function tokenAfter(alias: string): string {
  return Buffer.from(alias).toString('base64url')
}

/** ASSUMED: code and sentence. */
function unknownToken() {
  return errors.InvalidRequest({ Message: 'The continuation token provided is incorrect' })
}
