import type { Bucket, PublicAccessBlock } from '../../store/rows.ts'
import type { DataSettings } from '../context.ts'

const everythingBlocked: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

/** What a new bucket starts with unless its creator says otherwise. Since April 2023 ACLs are off and public access is blocked. */
export function initialSettings(
  defaults: DataSettings['bucketDefaults'],
): Pick<Bucket, 'objectOwnership' | 'publicAccessBlock' | 'requestPayer' | 'policy'> {
  const isCurrent = defaults === 'current'
  return {
    objectOwnership: isCurrent ? 'BucketOwnerEnforced' : undefined,
    publicAccessBlock: isCurrent ? everythingBlocked : undefined,
    requestPayer: 'BucketOwner',
    policy: undefined,
  }
}

/** The Object Lock configuration of a bucket that was created with it: on, without a default retention. */
export const initialObjectLock = JSON.stringify({ ObjectLockEnabled: 'Enabled' })
