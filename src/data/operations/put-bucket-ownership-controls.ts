import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketGrants, grantsOthers } from '../access/bucket-acl.ts'
import { bucketLabel, OwnershipControls } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Sets who owns objects that other accounts write; BucketOwnerEnforced turns ACLs off. Source: API_PutBucketOwnershipControls. */
export default defineOperation({
  name: 'PutBucketOwnershipControls',
  http: 'PUT /{Bucket}?ownershipControls',
  action: 's3:PutBucketOwnershipControls',
  input: structure({ ...bucketLabel, OwnershipControls: payload(required(OwnershipControls)) }),
  output: structure({}),
  errors: ['InvalidBucketAclWithObjectOwnership', 'NoSuchBucket'],
  async handle({ OwnershipControls: { Rules } }, context) {
    const objectOwnership = Rules[0]?.ObjectOwnership
    await changeBucket(context, bucket => {
      const grants = bucketGrants(bucket, context.store)
      if (objectOwnership === 'BucketOwnerEnforced' && grantsOthers(grants, bucket.accountId)) {
        throw errors.InvalidBucketAclWithObjectOwnership(
          {},
          { hint: 'The ACL of the bucket grants access to others. Set it to private with PutBucketAcl first.' },
        )
      }
      return { objectOwnership }
    })
    return {}
  },
})
