import type { Test } from 'tap'
import { type ControlWorld, controlWorld, partner } from './world.ts'

export const bucketArn = 'arn:aws:s3:::orders-usw2'

/** A world with the bucket `orders-usw2`, and `theirs` of another account. */
export async function taggedWorld(t: Test, ...tags: readonly (readonly [string, string])[]): Promise<ControlWorld> {
  const world = await controlWorld(t)
  await world.bucket('orders-usw2', 'us-west-2')
  await world.bucket('theirs', 'us-west-2', partner)
  const TagSet = tags.map(([Key, Value]) => ({ Key, Value }))
  const id = world.store.findBucket('orders-usw2')?.id ?? 0
  if (TagSet.length > 0) await world.store.putBucketConfiguration(id, 'tagging', JSON.stringify({ TagSet }))
  return world
}

/** The tags that the bucket has, as PutBucketTagging would have kept them. */
export function storedTags({ store }: ControlWorld): unknown {
  const text = store.findBucketConfiguration(store.findBucket('orders-usw2')?.id ?? 0, 'tagging')
  return text === undefined ? undefined : JSON.parse(text).TagSet
}

/** What every operation on tags refuses. */
export const resourceRefusals: readonly (readonly [arn: string, expected: object])[] = [
  [
    'arn:aws:s3:::no-such-bucket',
    { code: 'NoSuchResource', status: 404, message: "The specified resource doesn't exist." },
  ],
  ['arn:aws:s3:::theirs', { code: 'AccessDenied', status: 403 }],
  ['arn:aws:s3:us-west-2:111122223333:storage-lens-group/a', { code: 'NotImplemented', status: 501 }],
  ['orders-usw2', { code: 'InvalidRequest', status: 400 }],
]
