import { canonicalUserId } from '../../protocol/canonical-user.ts'
import type { Bucket } from '../../store/rows.ts'
import type { StoreReads } from '../../store/store.ts'
import type { AccountBlocks } from '../context.ts'
import { errors } from '../errors.ts'
import {
  type AclHeaders,
  aclGrants,
  cannedAclOf,
  cannedGrants,
  givesOwnerAlone,
  headerGrants,
  isPublicAcl,
  type StoredAcl,
  type StoredGrant,
} from '../objects/access-control-list.ts'

/** What the list of a bucket grants, whether ACLs are on or not. */
export function bucketGrants(
  { id, accountId }: Bucket,
  store: Pick<StoreReads, 'findBucketConfiguration'>,
): readonly StoredGrant[] {
  const stored = store.findBucketConfiguration(id, 'acl')
  return aclGrants(stored === undefined ? undefined : JSON.parse(stored), accountId)
}

/** The list of a bucket as its configuration keeps it; undefined for one that is private to the owner. */
export function writeBucketAcl(acl: StoredAcl | undefined): string | undefined {
  return acl && JSON.stringify(acl)
}

/** Whether somebody besides the owner is named in the list of a bucket. ACLs cannot be turned off then. */
export function grantsOthers(grants: readonly StoredGrant[], ownerId: string): boolean {
  const owner = canonicalUserId(ownerId)
  return grants.some(({ grantee }) => grantee.type === 'Group' || grantee.id !== owner)
}

/**
 * The access control list of a new bucket, kept as the bucket configuration `acl`; undefined: private to the owner. Throws
 * InvalidBucketAclWithObjectOwnership where ACLs are off, InvalidBucketAclWithBlockPublicAccessError where public ones are blocked, and
 * what unreadable headers are refused with. Source: user guide, "Controlling ownership of objects", "Blocking public access".
 */
export function newBucketAcl(
  input: AclHeaders,
  bucket: Pick<Bucket, 'accountId' | 'objectOwnership' | 'publicAccessBlock'>,
  accountBlocks: AccountBlocks,
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
    if (givesOwnerAlone(grants, bucket.accountId)) return undefined
    throw errors.InvalidBucketAclWithObjectOwnership(
      {},
      {
        hint: 'ACLs are off on new buckets. Leave the ACL out, or send x-amz-object-ownership: ObjectWriter beside it.',
      },
    )
  }
  const isBlocked = bucket.publicAccessBlock?.blockPublicAcls || accountBlocks(bucket.accountId)?.blockPublicAcls
  if (isBlocked && isPublicAcl(grants)) {
    throw errors.InvalidBucketAclWithBlockPublicAccessError(
      {},
      {
        hint: 'New buckets block public ACLs. Create the bucket without one and remove the block with DeletePublicAccessBlock.',
      },
    )
  }
  return { grants }
}
