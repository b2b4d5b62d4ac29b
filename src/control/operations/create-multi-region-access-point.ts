import { formatMrapArn } from '../../protocol/endpoint/arn.ts'
import type { Infer } from '../../protocol/xml/shape.ts'
import type { AsyncOperation } from '../../store/rows.ts'
import { newAlias } from '../alias.ts'
import { failed, submitOnce } from '../async-operations.ts'
import { type ControlContext, defineOperation } from '../context.ts'
import { checkedDetails, judgeCreate, refuseOverQuota } from '../multi-region-access-points.ts'
import { readPublicAccessBlock } from '../public-access-block.ts'
import { initialRoutes } from '../routes.ts'
import * as shapes from '../shapes.ts'

/**
 * Creates an MRAP over one bucket per Region, asynchronously: the answer is a token. What needs a look at buckets or other MRAPs is
 * judged in the background; the account's quota and the caller's rights are not. Source: API_control_CreateMultiRegionAccessPoint.
 */
export default defineOperation({
  name: 'CreateMultiRegionAccessPoint',
  http: 'POST /v20180820/async-requests/mrap/create',
  action: 's3:CreateMultiRegionAccessPoint',
  servedIn: ['us-west-2'],
  input: shapes.CreateMultiRegionAccessPointInput,
  output: shapes.RequestTokenOutput,
  errors: ['ClientTokenConflict', 'TooManyMultiRegionAccessPointregionsError', 'TooManyMultiRegionAccessPoints'],
  handle({ Request: { ClientToken, Details } }, context) {
    // An alias is yet to be given, so a policy that names one cannot fit.
    context.authorize(formatMrapArn({ accountId: context.accountId, alias: '*' }))
    const details = checkedDetails(Details)
    const request = {
      operation: 'CreateMultiRegionAccessPoint',
      clientToken: ClientToken,
      parameters: details,
    } as const
    return submitOnce(request, context, async operation => {
      refuseOverQuota(context)
      // A bucket that is deleted before the writer has its turn is missed the next time.
      while ((await submit(operation, details, context)) === 'no-bucket');
    })
  },
})

function submit(operation: AsyncOperation, details: Infer<typeof shapes.CreateDetails>, context: ControlContext) {
  const { store, accountId } = context
  const judged = judgeCreate(details, context)
  if ('failure' in judged) return store.submitCreateMrap(failed(operation, judged.failure, context), undefined)

  const regions = judged.regions
  const mrap = {
    accountId,
    name: details.Name,
    // The alias is there from the first Get; data requests are refused until the MRAP is READY.
    alias: newAlias(store),
    createdAt: operation.submittedAt,
    readyAt: operation.dueAt,
    publicAccessBlock: readPublicAccessBlock(details.PublicAccessBlock),
    regions,
  }
  return store.submitCreateMrap(
    { ...operation, regions: regions.map(({ region }) => region) },
    mrap,
    initialRoutes(regions, operation.submittedAt),
  )
}
