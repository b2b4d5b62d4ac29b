import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, OwnershipControls } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Shows who owns objects that other accounts write, and whether ACLs are on. Source: API_GetBucketOwnershipControls. */
export default defineOperation({
  name: 'GetBucketOwnershipControls',
  http: 'GET /{Bucket}?ownershipControls',
  action: 's3:GetBucketOwnershipControls',
  input: structure(bucketLabel),
  output: structure({ OwnershipControls: payload(OwnershipControls) }),
  errors: ['OwnershipControlsNotFoundError'],
  handle(_input, { bucket }) {
    const { objectOwnership: ObjectOwnership } = bucket
    if (!ObjectOwnership) throw errors.OwnershipControlsNotFoundError({ BucketName: bucket.name })
    return { OwnershipControls: { Rules: [{ ObjectOwnership }] } }
  },
})
