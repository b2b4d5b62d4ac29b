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
    const limit = MaxResults || usualPage
    const after = token === undefined ? undefined : store.findMrapByAlias(aliasOf(token), now)
    if (token !== undefined && after?.accountId !== accountId) throw unknownToken()
    // One more tells whether there is more.
    const found = store.listMraps(accountId, now, after?.id, limit + 1)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      AccessPoints: page.map(mrap => report(mrap, now)),
      NextToken: last && found.length > limit ? tokenAfter(last.alias) : undefined,
    }
  },
})

/** The token of a page that ended with this MRAP. */
function tokenAfter(alias: string): string {
  return Buffer.from(alias).toString('base64url')
}

function aliasOf(token: string): string {
  const alias = Buffer.from(token, 'base64url').toString()
  return tokenAfter(alias) === token ? alias : ''
}

/** ASSUMED: code and sentence. */
function unknownToken() {
  return errors.InvalidRequest({ Message: 'The continuation token provided is incorrect' })
}
