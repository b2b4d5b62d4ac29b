import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { readPublicAccessBlock } from '../public-access-block.ts'
import { PublicAccessBlockConfiguration } from '../shapes.ts'

/**
 * Replaces what public access the account blocks for all of its buckets; what is left out is off. Takes effect at once: the service may
 * take a while. Source: API_control_PutPublicAccessBlock.
 */
export default defineOperation({
  name: 'PutPublicAccessBlock',
  http: 'PUT /v20180820/configuration/publicAccessBlock',
  action: 's3:PutAccountPublicAccessBlock',
  input: structure({ PublicAccessBlockConfiguration: payload(required(PublicAccessBlockConfiguration)) }),
  output: structure({}),
  async handle({ PublicAccessBlockConfiguration: sent }, { store, accountId, authorize }) {
    authorize('*')
    if (Object.values(sent).every(value => value === undefined)) {
      throw errors.InvalidRequest({ Message: 'Must specify at least one configuration.' })
    }
    await store.putAccountBlock(accountId, readPublicAccessBlock(sent))
    return {}
  },
})
