import type { Bucket, PublicAccessBlock } from '../../store/rows.ts'
import type { AccountBlocks, MrapAccess } from '../context.ts'

/** Where a request goes: directly to a bucket, or through an MRAP. */
export interface Reached {
  readonly bucket: Bucket
  readonly mrap: MrapAccess | undefined
}

/**
 * Whether a setting of Block Public Access holds for a request. The bucket, its account, the MRAP on the way and the account of that
 * add up; the MRAP's own setting concerns nothing that does not come through it. Source: user guide, "Blocking public access" and
 * "Configuring block public access settings for Multi-Region Access Points".
 */
export function isBlocked(
  setting: keyof PublicAccessBlock,
  { bucket, mrap }: Reached,
  accountBlocks: AccountBlocks,
): boolean {
  if (bucket.publicAccessBlock?.[setting] || accountBlocks(bucket.accountId)?.[setting]) return true
  if (!mrap) return false
  return mrap.publicAccessBlock[setting] || accountBlocks(mrap.accountId)?.[setting] === true
}
