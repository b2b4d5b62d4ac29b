import type { Query } from '../request/query.ts'
import type { RawRequest } from '../request/raw-request.ts'
import type { SignatureClaim } from './claim.ts'

/** Departures from the regular form. */
export interface CanonicalVariant {
  /** Canonical path to use instead of the request's. */
  readonly path?: string
  /** Leaves `X-Amz-Security-Token` out of a presigned query. */
  readonly withoutToken?: boolean
}

/**
 * The canonical request of SigV4 and SigV4A, in the way of S3, for header and query signatures alike:
 *
 *   method LF
 *   path LF                     as sent, percent-encoded once, never normalized: `//`, `/./` and `/../` stay
 *   query LF                    name=value, sorted by encoded name, then value; `X-Amz-Signature` left out of a presigned one
 *   (name:value LF)*            signed headers in the order of the list; values of one name joined by `,`
 *   LF
 *   names LF                    signed headers, joined by `;`
 *   payload hash
 *
 * Source: "Create a signed AWS API request"; S3 API reference, "Signature Calculations".
 */
export function canonicalRequest(
  claim: SignatureClaim,
  request: RawRequest,
  query: Query,
  variant: CanonicalVariant = {},
): string {
  const omitted = new Set<string>()
  if (claim.via === 'query') omitted.add('X-Amz-Signature')
  if (variant.withoutToken) omitted.add('X-Amz-Security-Token')
  const hoisted = claim.via === 'query' ? query : undefined
  const headers = claim.signedHeaders.map(name => `${name}:${canonicalHeader(request, name, hoisted)}\n`).join('')
  const path = variant.path ?? canonicalPath(request.path)
  const names = claim.signedHeaders.join(';')
  return `${request.method}\n${path}\n${canonicalQuery(query, omitted)}\n${headers}\n${names}\n${claim.payloadHash}`
}

/**
 * The bytes behind a text. What comes from a socket holds one byte per character; a character beyond that can only come from code
 * and makes the text count as UTF-8.
 */
export function canonicalBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return bytes.toString('latin1') === text ? bytes : Buffer.from(text, 'utf8')
}

/**
 * A raw path with every byte but unreserved ones and `/` percent-encoded. Escapes are kept, so a `%2F` within a segment stays apart
 * from a separator.
 */
export function canonicalPath(path: string): string {
  return encodeOnce(path, '/', '%2B')
}

function canonicalQuery(query: Query, omitted: ReadonlySet<string>): string {
  if (query.parameters.length === 0) return ''
  return query.parameters
    .filter(({ name }) => !omitted.has(name))
    .map(({ rawName, rawValue }) => [encodeOnce(rawName, '%2F', '%20'), encodeOnce(rawValue, '%2F', '%20')] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Order by code unit: that of bytes, where texts are ASCII. */
export function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

const isUnreserved = /^[A-Za-z0-9\-._~]*$/

/**
 * Percent-encodes what is not encoded yet. `slash` and `plus` say what becomes of those two.
 * An escape of an unreserved character is undone, since a canonical request never has one. An escape in lower case is kept as it is
 * and so never matches a signer that follows the rules: every signed byte counts.
 * ASSUMED: S3 does the same with escapes in lower case; no client is known to send them.
 */
function encodeOnce(text: string, slash: string, plus: string): string {
  if (isUnreserved.test(text)) return text
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~]/gu, piece => {
    if (piece === '/') return slash
    if (piece === '+') return plus
    if (piece.length === 3 && piece.startsWith('%')) return unescapeUnreserved(piece)
    return canonicalBytes(piece).toString('hex').toUpperCase().replace(/../g, '%$&')
  })
}

function unescapeUnreserved(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
  return isUnreserved.test(character) ? character : escaped
}

/** `hoisted`: some presigners sign a header that they then move into the query, where S3 reads it as if it were one. */
function canonicalHeader(request: RawRequest, name: string, hoisted: Query | undefined): string {
  const values = request.headers.all(name)
  if (hoisted && values.length === 0) {
    const moved = hoisted.parameters.find(parameter => parameter.name.toLowerCase() === name)
    if (moved) return trimmed(moved.value)
  }
  // An absolute-form target outranks the Host header (RFC 9112 3.2.2); otherwise they differ in case alone.
  if (name === 'host' && (values.length !== 1 || values[0]?.toLowerCase() !== request.host)) return request.host
  const [value] = values
  return values.length === 1 && value !== undefined ? trimmed(value) : values.map(trimmed).join(',')
}

function trimmed(value: string): string {
  const outer = trimBlanks(value)
  return outer.includes('  ') ? outer.replace(/ {2,}/g, ' ') : outer
}

/**
 * Without outer blanks. Not `trim()`: it would take the last byte of a UTF-8 `à`, which reads as a no-break space here.
 */
export function trimBlanks(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return start === 0 && end === value.length ? value : value.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
