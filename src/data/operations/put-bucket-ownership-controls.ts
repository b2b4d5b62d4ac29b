import { payload, required, structure } from '../../server/xml/shape.ts'
import { bucketLabel, OwnershipControls } from '../bucket-configuration.ts'
import { changeBucket } from '../buckets.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Sets who owns objects that other accounts write; BucketOwnerEnforced turns ACLs off. Source: API_PutBucketOwnershipControls. */
export default defineOperation({
  name: 'PutBucketOwnershipControls',
  http: 'PUT /{Bucket}?ownershipControls',
  action: 's3:PutBucketOwnershipControls',
  input: structure({ ...bucketLabel, OwnershipControls: payload(required(OwnershipControls)) }),
  output: structure({}),
  errors: ['InvalidBucketAclWithObjectOwnership', 'NoSuchBucket'],
  async handle({ OwnershipControls: { Rules } }, context) {
    const { store, bucket } = context
    const objectOwnership = Rules[0]?.ObjectOwnership
    const hasAcl = store.findBucketConfiguration(bucket.id, 'acl') !== undefined
    if (hasAcl && objectOwnership === 'BucketOwnerEnforced') throw errors.InvalidBucketAclWithObjectOwnership()
    await changeBucket(context, { objectOwnership })
    return {}
  },
})
