import { payload, structure } from '../../server/xml/shape.ts'
import { aclGrants, shownAcl } from '../access-control.ts'
import { bucketGrants } from '../bucket-acl.ts'
import { bucketLabel } from '../bucket-configuration.ts'
import { defineOperation } from '../context.ts'
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
