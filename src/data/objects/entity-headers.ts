import { decodeWords, encodeWords } from '../../protocol/request/encoded-words.ts'
import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { VersionDetails } from '../../store/rows.ts'
import { errors } from '../errors.ts'
import type { entityHeaders } from '../shapes.ts'

type EntityHeaders = InferMembers<typeof entityHeaders>

/** What S3 answers for an object that was stored without a Content-Type. */
const defaultContentType = 'binary/octet-stream'
const maxMetadataBytes = 2048

/** The entity headers of a write as they are stored: by lower-case name, only those sent; undefined: none. */
export function storedEntityHeaders(input: EntityHeaders): VersionDetails['entityHeaders'] {
  const sent = [
    ['cache-control', input.CacheControl],
    ['content-disposition', input.ContentDisposition],
    ['content-encoding', withoutAwsChunked(input.ContentEncoding)],
    ['content-language', input.ContentLanguage],
    ['content-type', input.ContentType],
    ['expires', input.Expires],
  ] as const
  const stored: Record<string, string> = {}
  for (const [name, value] of sent) if (value) stored[name] = value
  return Object.keys(stored).length > 0 ? stored : undefined
}

/** Stored entity headers as members of an answer. */
export function entityOutput(stored: VersionDetails['entityHeaders']): EntityHeaders {
  return {
    CacheControl: stored?.['cache-control'],
    ContentDisposition: stored?.['content-disposition'],
    ContentEncoding: stored?.['content-encoding'],
    ContentLanguage: stored?.['content-language'],
    ContentType: stored?.['content-type'] ?? defaultContentType,
    Expires: stored?.expires,
  }
}

/**
 * User metadata of a write as text; undefined: none. Throws MetadataTooLarge above 2 KB: the bytes in UTF-8 of all names
 * (without `x-amz-meta-`) and values. Source: user guide, "Working with object metadata".
 */
export function checkMetadata(metadata: Readonly<Record<string, string>> | undefined): VersionDetails['metadata'] {
  const entries = Object.entries(metadata ?? {})
  if (entries.length === 0) return undefined
  const size = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0)
  if (size > maxMetadataBytes) {
    throw errors.MetadataTooLarge({ Size: String(size), MaxSizeAllowed: String(maxMetadataBytes) })
  }
  return metadata
}

/** Metadata as headers carry it. */
export function metadataOutput(metadata: VersionDetails['metadata']): VersionDetails['metadata'] {
  return metadata && mapValues(metadata, encodeWords)
}

/** Metadata that came in headers, as text. */
export function metadataInput(metadata: VersionDetails['metadata']): VersionDetails['metadata'] {
  return metadata && mapValues(metadata, decodeWords)
}

function mapValues(metadata: Readonly<Record<string, string>>, change: (value: string) => string) {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, change(value)]))
}

/** The redirect of a write, if S3 takes it. Throws InvalidRedirectLocation. */
export function checkRedirect(location: string | undefined): string | undefined {
  if (location === undefined || /^(\/|https?:\/\/)/.test(location)) return location
  throw errors.InvalidRedirectLocation()
}

/** `aws-chunked` is the framing of the request, not a coding of the object. The others stay as they were sent, blanks included. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  if (value === undefined || !/aws-chunked/i.test(value)) return value
  const isCoding = (text: string) => text.trim() !== '' && text.trim().toLowerCase() !== 'aws-chunked'
  return value.split(',').filter(isCoding).join(',').trim()
}
