import { parseBucketArn } from '../protocol/endpoint/arn.ts'
import { label, list, required, string, structure } from '../protocol/xml/shape.ts'
import type { Bucket } from '../store/rows.ts'
import type { ControlContext } from './context.ts'
import { errors } from './errors.ts'

/**
 * Tags of buckets as S3 Control reads and changes them; PutBucketTagging of the data plane works on the same rows, kept as JSON:
 * `{"TagSet":[{"Key":"team","Value":"blue"}]}`. Sentences as recorded from the service.
 */
export const resourceLabel = { ResourceArn: label() }
export const Tags = list(structure({ Key: required(string()), Value: required(string()) }, { xmlName: 'Tag' }))

export interface Tag {
  readonly Key: string
  readonly Value: string
}

const mostTags = 50

/** Each lost attempt means that somebody else's change went through, so many of them mean a bug. */
const maxAttempts = 1000

const maxKeyLength = 128
const maxValueLength = 256
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * The bucket that an ARN names. Throws NoSuchResource, AccessDenied for a bucket of another account or a caller without the right, NotImplemented for resources of
 * other kinds, InvalidRequest for what is no ARN of S3.
 */
export function findTaggedBucket(arn: string, { store, accountId, authorize }: ControlContext): Bucket {
  if (!/^arn:[^:]+:s3(express)?:/.test(arn)) throw errors.InvalidRequest({ Message: 'Invalid resource ARN' })
  if (!arn.startsWith('arn:aws:s3:::')) {
    throw errors.NotImplemented(
      { Message: 'Tags of this kind of resource are not implemented.' },
      { hint: 'Only general purpose buckets have tags here: arn:aws:s3:::<bucket>.' },
    )
  }
  authorize(arn)
  const name = parseBucketArn(arn)
  const bucket = name === undefined ? undefined : store.findBucket(name)
  if (!bucket) throw errors.NoSuchResource()
  if (bucket.accountId !== accountId) throw errors.AccessDenied()
  return bucket
}

/** In the order in which they were set. */
export function tagsOf(bucket: Bucket, { store }: ControlContext): readonly Tag[] {
  const text = store.findBucketConfiguration(bucket.id, 'tagging')
  if (text === undefined) return []
  const { TagSet: tags }: { TagSet: readonly Tag[] } = JSON.parse(text)
  return tags
}

/** Changes the tags as they are when it is their turn, whatever others change meanwhile. Throws NoSuchResource for a bucket that is gone. */
export async function changeTags(
  { name, id }: Bucket,
  change: (tags: readonly Tag[]) => readonly Tag[],
  context: ControlContext,
): Promise<void> {
  const { store } = context
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const bucket = store.findBucket(name)
    if (bucket?.id !== id) throw errors.NoSuchResource()
    const tags = change(tagsOf(bucket, context))
    if (tags.length > mostTags) {
      // ASSUMED: code and sentence; the number is documented.
      throw errors.InvalidTag({ Message: 'Bucket tag count cannot be greater than 50' })
    }
    const tagging = tags.length > 0 ? JSON.stringify({ TagSet: tags }) : undefined
    if ((await store.updateBucket(id, { configurations: { tagging } }, bucket.revision)) === 'updated') return
  }
  throw new Error('a bucket changed under every attempt to change its tags')
}

/** Throws InvalidTag for tags that a request may not set. */
export function checkTags(tags: readonly Tag[]): void {
  if (tags.some(({ Key }) => Key.startsWith('aws:'))) {
    throw errors.InvalidTag({
      Message:
        'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    })
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw errors.InvalidTag({
      Message: 'There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.',
    })
  }
  const areValid = tags.every(
    ({ Key, Value }) =>
      Key !== '' &&
      Key.length <= maxKeyLength &&
      Value.length <= maxValueLength &&
      allowed.test(Key) &&
      allowed.test(Value),
  )
  if (!areValid) throw errors.InvalidTag()
}
