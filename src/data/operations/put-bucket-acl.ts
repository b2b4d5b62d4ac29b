import { header, payload, string, structure } from '../../protocol/xml/shape.ts'
import { writeBucketAcl } from '../access/bucket-acl.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { replacedAcl } from '../objects/access-control-list.ts'
import { AccessControlPolicy, aclHeaders } from '../shapes.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Replaces the access control list of a bucket: a canned one, grant headers, or a document. Source: API_PutBucketAcl. */
export default defineOperation({
  name: 'PutBucketAcl',
  http: 'PUT /{Bucket}?acl',
  action: 's3:PutBucketAcl',
  input: structure({
    ...bucketLabel,
    ...aclHeaders,
    GrantWrite: header('x-amz-grant-write', string()),
    AccessControlPolicy: payload(AccessControlPolicy),
  }),
  output: structure({}),
  errors: ['AccessControlListNotSupported', 'MalformedACLError', 'UnexpectedContent'],
  async handle(input, context) {
    await changeBucket(context, bucket => {
      const acl = replacedAcl(input, bucket.accountId, { ...context, bucket })
      // Where ACLs are off, what is accepted changes nothing: the list from before comes back when they are turned on again.
      return bucket.objectOwnership === 'BucketOwnerEnforced' ? {} : { configurations: { acl: writeBucketAcl(acl) } }
    })
    return {}
  },
})
