import { payload, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { writePublicAccessBlock } from '../public-access-block.ts'
import { PublicAccessBlockConfiguration } from '../shapes.ts'

/** Shows what public access the account blocks for all of its buckets. Source: API_control_GetPublicAccessBlock. */
export default defineOperation({
  name: 'GetPublicAccessBlock',
  http: 'GET /v20180820/configuration/publicAccessBlock',
  action: 's3:GetAccountPublicAccessBlock',
  input: structure({}),
  output: structure({ PublicAccessBlockConfiguration: payload(PublicAccessBlockConfiguration) }),
  errors: ['NoSuchPublicAccessBlockConfiguration'],
  handle(_input, { accountId, accountBlock, authorize }) {
    authorize('*')
    const block = accountBlock()
    if (!block) throw errors.NoSuchPublicAccessBlockConfiguration({ AccountId: accountId })
    return { PublicAccessBlockConfiguration: writePublicAccessBlock(block) }
  },
})
