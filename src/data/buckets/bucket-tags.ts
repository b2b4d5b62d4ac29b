import { errors } from '../errors.ts'
import { checkTagSet, type Tags } from '../objects/tags.ts'

const mostTags = 50

/**
 * Tags of a bucket, if S3 takes them. Throws InvalidTag (key, value, repeated key, `aws:`) or BadRequest (more than fifty). Sentences as
 * recorded from the service. Source: API_PutBucketTagging.
 */
export function checkBucketTags(tags: Tags): Tags {
  // ASSUMED: the sentence, after that of objects.
  if (tags.length > mostTags) throw errors.BadRequest({ Message: 'Bucket tag count cannot be greater than 50' })
  return checkTagSet(tags, key =>
    errors.InvalidTag({ Message: 'System tags cannot be added/updated by requester', TagKey: key }),
  )
}

/** Tags that CreateBucket sets; its refusals differ in part. */
export function checkInitialTags(tags: Tags): Tags {
  if (tags.some(([key]) => key.startsWith('aws:'))) {
    throw errors.InvalidTag({
      Message:
        'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    })
  }
  // Recorded from the service in November 2025: it fails there.
  if (new Set(tags.map(([key]) => key)).size < tags.length) {
    throw errors.InternalError({}, { hint: 'A tag key stands there twice; the service answers so, too.' })
  }
  return checkBucketTags(tags)
}
