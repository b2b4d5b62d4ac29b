import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketGrants } from '../access/bucket-acl.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { aclGrants, shownAcl } from '../objects/access-control-list.ts'
import { AccessControlPolicy } from '../shapes.ts'

/** Returns owner and grants of a bucket. Where ACLs are off: full control of the owner. Source: API_GetBucketAcl. */
export default defineOperation({
  name: 'GetBucketAcl',
  http: 'GET /{Bucket}?acl',
  action: 's3:GetBucketAcl',
  input: structure(bucketLabel),
  output: structure({ AccessControlPolicy: payload(AccessControlPolicy) }),
  handle(_input, { bucket, store }) {
    const isOff = bucket.objectOwnership === 'BucketOwnerEnforced'
    const grants = isOff ? aclGrants(undefined, bucket.accountId) : bucketGrants(bucket, store)
    return { AccessControlPolicy: shownAcl(grants, bucket.accountId) }
  },
})
