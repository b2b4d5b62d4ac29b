import { failed, submitOnce } from '../async-operations.ts'
import { defineOperation } from '../context.ts'
import { authorizeNamed, findMrap, whyNotNow } from '../multi-region-access-points.ts'
import * as shapes from '../shapes.ts'

/**
 * Deletes an MRAP, asynchronously: the answer is a token, the MRAP is DELETING until it is gone, with its policy and routes. The
 * buckets stay as they are. Source: API_control_DeleteMultiRegionAccessPoint.
 */
export default defineOperation({
  name: 'DeleteMultiRegionAccessPoint',
  http: 'POST /v20180820/async-requests/mrap/delete',
  action: 's3:DeleteMultiRegionAccessPoint',
  servedIn: ['us-west-2'],
  input: shapes.DeleteMultiRegionAccessPointInput,
  output: shapes.RequestTokenOutput,
  errors: ['ClientTokenConflict', 'NoSuchMultiRegionAccessPoint'],
  handle({ Request: { ClientToken, Details } }, context) {
    const { Name } = Details
    authorizeNamed(Name, context)
    const request = {
      operation: 'DeleteMultiRegionAccessPoint',
      clientToken: ClientToken,
      parameters: { Name },
    } as const
    return submitOnce(request, context, async operation => {
      const { store } = context
      // ASSUMED: an unknown name is refused at once, not in the background.
      const mrap = findMrap(Name, context)
      const failure = whyNotNow(mrap, context)
      if (failure) return store.submitDeleteMrap(failed(operation, failure, context), undefined)
      await store.submitDeleteMrap(
        { ...operation, regions: mrap.regions.map(({ region }) => region) },
        { mrapId: mrap.id, deletingAt: operation.submittedAt, goneAt: operation.dueAt },
      )
    })
  },
})
