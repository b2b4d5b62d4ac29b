import { type AwsError, errors } from '../errors.ts'
import type { RawRequest } from './raw-request.ts'

/**
 * Cross-origin resource sharing: what browsers say of the page that asks, and which rule lets it. Patterns and headers as recorded from S3.
 */
export interface CorsRule {
  readonly AllowedHeaders?: readonly string[] | undefined
  readonly AllowedMethods: readonly string[]
  readonly AllowedOrigins: readonly string[]
  readonly ExposeHeaders?: readonly string[] | undefined
  readonly MaxAgeSeconds?: number | undefined
}

/** What a page wants to do, or with a preflight whether it may. */
export interface AskedByPage {
  readonly origin: string
  readonly method: string
  /** Lower case. */
  readonly headers: readonly string[]
}

type HeaderList = readonly (readonly [name: string, value: string])[]

/** undefined: no `Origin`. The service reads the headers of a preflight on any other request as well. */
export function askedByPage({ headers, method }: Pick<RawRequest, 'headers' | 'method'>): AskedByPage | undefined {
  const origin = headers.get('origin')
  if (origin === undefined) return undefined
  const names = (headers.get('access-control-request-headers') ?? '').toLowerCase().split(',')
  return {
    origin,
    method: headers.get('access-control-request-method') ?? method,
    headers: names.map(name => name.trim()).filter(name => name !== ''),
  }
}

/** Whether a rule lets a page do that: the first of a list that does decides. */
export function allows(rule: CorsRule, { origin, method, headers }: AskedByPage): boolean {
  if (!rule.AllowedMethods.includes(method)) return false
  if (!rule.AllowedOrigins.some(pattern => matches(pattern, origin))) return false
  const patterns = rule.AllowedHeaders?.map(pattern => pattern.toLowerCase()) ?? []
  return headers.every(name => patterns.some(pattern => matches(pattern, name)))
}

/** Headers that let the page read the answer, whatever it is. */
export function headersFor(rule: CorsRule, { origin, headers }: AskedByPage): HeaderList {
  const found = rule.AllowedOrigins.find(pattern => matches(pattern, origin))
  const isAnybody = found === '*'
  const answer: (readonly [string, string])[] = [
    ['Access-Control-Allow-Origin', isAnybody ? '*' : origin],
    ['Access-Control-Allow-Methods', rule.AllowedMethods.join(', ')],
  ]
  if (headers.length > 0) answer.push(['Access-Control-Allow-Headers', headers.join(', ')])
  if (rule.ExposeHeaders?.length) answer.push(['Access-Control-Expose-Headers', rule.ExposeHeaders.join(', ')])
  if (rule.MaxAgeSeconds !== undefined) answer.push(['Access-Control-Max-Age', String(rule.MaxAgeSeconds)])
  if (!isAnybody) answer.push(['Access-Control-Allow-Credentials', 'true'])
  answer.push(['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'])
  return answer
}

/** The rule that `MRAP_ALLOW_ORIGINS` stands for; undefined: it names none. */
export function ruleForOrigins(origins: readonly string[]): CorsRule | undefined {
  if (origins.length === 0) return undefined
  return {
    AllowedOrigins: origins,
    AllowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH'],
    AllowedHeaders: ['*'],
    ExposeHeaders: exposed,
  }
}

/** What pages of S3 applications read. */
const exposed = [
  'ETag',
  'x-amz-bucket-region',
  'x-amz-delete-marker',
  'x-amz-id-2',
  'x-amz-request-id',
  'x-amz-version-id',
  'x-mrap-hint',
  'x-mrap-route-reason',
  'x-mrap-served-by',
]

/**
 * For a service that pages may not call, but those of `origins`; undefined: none at all. Returns the headers of every answer to the page.
 * Throws AccessDenied for any other page: with well-known credentials, whoever gets a browser to send a request could sign it.
 */
export function admitPage(request: RawRequest, origins: readonly string[] | undefined): HeaderList {
  const asked = askedByPage(request)
  if (!asked) return []
  const rule = ruleForOrigins(origins ?? [])
  if (rule && allows(rule, asked)) return headersFor(rule, asked)
  throw foreignPage(asked.origin, origins ? 'MRAP_ALLOW_ORIGINS lets pages of an origin in.' : 'No page may.')
}

/** The refusal of what a page of a foreign origin wants to do. `way`: what would let it, as a sentence. */
export function foreignPage(origin: string, way: string): AwsError {
  return errors.AccessDenied({}, { hint: `A web page of the origin ${origin.slice(0, 200)} may not do this. ${way}` })
}

const loopback = /^https?:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i

/** True for pages that stand on this machine, whatever the port. */
export function isLoopbackOrigin(origin: string): boolean {
  return loopback.test(origin)
}

/** At most one `*`, which stands for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}
