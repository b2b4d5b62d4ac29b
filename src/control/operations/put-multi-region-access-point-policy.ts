import { failed, submitOnce } from '../async-operations.ts'
import { defineOperation } from '../context.ts'
import { authorizeNamed, findMrap, whyNotNow } from '../multi-region-access-points.ts'
import { whyPolicyFails } from '../policies.ts'
import * as shapes from '../shapes.ts'

/**
 * Replaces the policy of an MRAP, asynchronously: the answer is a token. The document is Proposed at once and Established, that is in
 * force, when the operation succeeds; it is judged in the background and kept as sent. There is no way to remove a policy.
 * Source: API_control_PutMultiRegionAccessPointPolicy.
 */
export default defineOperation({
  name: 'PutMultiRegionAccessPointPolicy',
  http: 'POST /v20180820/async-requests/mrap/put-policy',
  action: 's3:PutMultiRegionAccessPointPolicy',
  servedIn: ['us-west-2'],
  input: shapes.PutMultiRegionAccessPointPolicyInput,
  output: shapes.RequestTokenOutput,
  errors: ['ClientTokenConflict', 'NoSuchMultiRegionAccessPoint'],
  handle({ Request: { ClientToken, Details } }, context) {
    const { Name, Policy } = Details
    authorizeNamed(Name, context)
    const request = {
      operation: 'PutMultiRegionAccessPointPolicy',
      clientToken: ClientToken,
      parameters: { Name, Policy },
    } as const
    return submitOnce(request, context, async operation => {
      const { store } = context
      // ASSUMED: an unknown name is refused at once, not in the background.
      const mrap = findMrap(Name, context)
      const failure = whyNotNow(mrap, context) ?? whyPolicyFails(Policy, mrap, context.accountBlock())
      if (failure) return store.submitMrapPolicy(failed(operation, failure, context), undefined)
      await store.submitMrapPolicy(
        { ...operation, regions: mrap.regions.map(({ region }) => region) },
        { mrapId: mrap.id, policy: Policy, submittedAt: operation.submittedAt, establishedAt: operation.dueAt },
      )
    })
  },
})
