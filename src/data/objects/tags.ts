import type { AwsError } from '../../protocol/errors.ts'
import { errors } from '../errors.ts'

/** Tags of an object, in the order sent. */
export type Tags = readonly (readonly [key: string, value: string])[]

const maxTags = 10
const maxKeyLength = 128
const maxValueLength = 256
/**
 * Letters, blanks and digits of any script, and `_.:/=+-@`. Source: user guide, "Categorizing your objects using tags".
 */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * Tags of an `x-amz-tagging` header: a URL query string in UTF-8. Throws InvalidArgument for a bad escape, a character
 * that tags may not have, or a repeated key; InvalidTag and BadRequest as `checkTags`.
 */
export function readTagging(header: string): Tags {
  const pairs = header.split('&').filter(pair => pair !== '')
  const tags = pairs.map(pair => {
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    return [decode(key, header), decode(equals < 0 ? '' : pair.slice(equals + 1), header)] as const
  })
  const keys = new Set(tags.map(([key]) => key))
  const areAllowed = tags.every(([key, value]) => allowed.test(key) && allowed.test(value))
  if (keys.size < tags.length || !areAllowed) throw badHeader(header)
  return checkTags(tags)
}

/**
 * The same tags, if S3 takes them. Throws InvalidTag (key, value, repeated key, `aws:`) or BadRequest (more than ten).
 */
export function checkTags(tags: Tags): Tags {
  // ASSUMED: the number is checked first, then tag by tag.
  if (tags.length > maxTags) throw errors.BadRequest({ Message: 'Object tags cannot be greater than 10' })
  return checkTagSet(tags, key =>
    errors.InvalidTag({ Message: 'Your TagKey cannot be prefixed with aws:', TagKey: key }),
  )
}

/** The rules that tags of objects and of buckets share. `systemTag` is the refusal of a key that begins with `aws:`. */
export function checkTagSet(tags: Tags, systemTag: (key: string) => AwsError): Tags {
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (seen.has(key)) {
      throw errors.InvalidTag({ Message: 'Cannot provide multiple Tags with the same key', TagKey: key })
    }
    seen.add(key)
    if (key.startsWith('aws:')) throw systemTag(key)
    if (key === '' || key.length > maxKeyLength || !allowed.test(key)) throw errors.InvalidTag({ TagKey: key })
    if (value.length > maxValueLength || !allowed.test(value)) {
      throw errors.InvalidTag({ Message: 'The TagValue you have provided is invalid', TagKey: key, TagValue: value })
    }
  }
  return tags
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw badHeader(header)
  }
}

function badHeader(header: string) {
  return errors.InvalidArgument({
    Message:
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    ArgumentName: 'x-amz-tagging',
    ArgumentValue: header,
  })
}
