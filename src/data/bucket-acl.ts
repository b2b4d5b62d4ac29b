import type { Bucket } from '../store/rows.ts'
import {
  type AclHeaders,
  cannedAclOf,
  cannedGrants,
  headerGrants,
  isPublicAcl,
  type StoredAcl,
} from './access-control.ts'
import { errors } from './errors.ts'

/**
 * The access control list of a new bucket, kept as the bucket configuration `acl`; undefined: private to the owner. Throws
 * InvalidBucketAclWithObjectOwnership where ACLs are off, InvalidBucketAclWithBlockPublicAccessError where public ones are blocked, and
 * what unreadable headers are refused with. Source: user guide, "Controlling ownership of objects", "Blocking public access".
 */
export function newBucketAcl(
  input: AclHeaders,
  bucket: Pick<Bucket, 'accountId' | 'objectOwnership' | 'publicAccessBlock'>,
): StoredAcl | undefined {
  const canned = cannedAclOf(input.ACL)
  const granted = headerGrants(input)
  if (canned && granted) {
    throw errors.InvalidRequest({ Message: 'Specifying both Canned ACLs and Header Grants is not allowed' })
  }
  // Canned names that speak of a bucket owner mean nothing on a bucket, and `private` is what it has anyway.
  const isPlain = canned === undefined || canned === 'private' || canned.startsWith('bucket-owner-')
  const grants = granted ?? (isPlain ? undefined : cannedGrants(canned, bucket.accountId, bucket.accountId))
  if (!grants) return undefined
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    throw errors.InvalidBucketAclWithObjectOwnership(
      {},
      {
        hint: 'ACLs are off on new buckets. Leave the ACL out, or send x-amz-object-ownership: ObjectWriter beside it.',
      },
    )
  }
  if (bucket.publicAccessBlock?.blockPublicAcls && isPublicAcl(grants)) {
    throw errors.InvalidBucketAclWithBlockPublicAccessError(
      {},
      {
        hint: 'New buckets block public ACLs. Create the bucket without one and remove the block with DeletePublicAccessBlock.',
      },
    )
  }
  return { grants }
}
