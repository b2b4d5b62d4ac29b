import { structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'

/** The account blocks no public access any more; its buckets keep their own settings. Source: API_control_DeletePublicAccessBlock. */
export default defineOperation({
  name: 'DeletePublicAccessBlock',
  http: 'DELETE /v20180820/configuration/publicAccessBlock',
  status: 204,
  // The service has no action of its own for it.
  action: 's3:PutAccountPublicAccessBlock',
  input: structure({}),
  output: structure({}),
  async handle(_input, { store, accountId, authorize }) {
    authorize('*')
    await store.putAccountBlock(accountId, undefined)
    return {}
  },
})
