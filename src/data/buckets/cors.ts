import type { RawRequest } from '../../protocol/request/raw-request.ts'
import { flattened, type Infer, integer, required, string, structure } from '../../protocol/xml/shape.ts'
import type { Bucket } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/**
 * Cross-origin resource sharing: which pages of other origins a browser lets at a bucket. The first rule that allows origin, method and
 * headers decides; S3 itself refuses nothing but preflights. Sentences and headers as recorded from the service. Source: user guide,
 * "Using cross-origin resource sharing".
 */

const texts = (xmlName: string) => flattened(string(), { xmlName })
const someTexts = (xmlName: string) => required(flattened(string(), { xmlName, minItems: 1 }))

export const CORSConfiguration = structure(
  {
    CORSRules: required(
      flattened(
        structure({
          ID: string({ maxLength: 255 }),
          AllowedHeaders: texts('AllowedHeader'),
          AllowedMethods: someTexts('AllowedMethod'),
          AllowedOrigins: someTexts('AllowedOrigin'),
          ExposeHeaders: texts('ExposeHeader'),
          MaxAgeSeconds: integer(),
        }),
        { xmlName: 'CORSRule', minItems: 1, maxItems: 100 },
      ),
    ),
  },
  { xmlName: 'CORSConfiguration' },
)
type CORSConfiguration = Infer<typeof CORSConfiguration>
type Rule = CORSConfiguration['CORSRules'][number]

const methods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])

/** Throws InvalidRequest for a method that S3 does not serve and for wildcards where there may be none. */
export function checkCors({ CORSRules: rules }: CORSConfiguration): void {
  for (const { AllowedMethods, AllowedOrigins, AllowedHeaders = [], ExposeHeaders = [] } of rules) {
    const unknown = AllowedMethods.find(method => !methods.has(method))
    if (unknown !== undefined) {
      throw refused(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`)
    }
    const origin = AllowedOrigins.find(hasManyWildcards)
    if (origin !== undefined) throw refused(`AllowedOrigin "${origin}" can not have more than one wildcard.`)
    const header = AllowedHeaders.find(hasManyWildcards)
    if (header !== undefined) throw refused(`AllowedHeader "${header}" can not have more than one wildcard.`)
    const exposed = ExposeHeaders.find(name => name.includes('*'))
    if (exposed !== undefined) {
      throw refused(
        `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      )
    }
  }
}

function hasManyWildcards(pattern: string): boolean {
  return pattern.indexOf('*') !== pattern.lastIndexOf('*')
}

function refused(message: string) {
  return errors.InvalidRequest({ Message: message })
}

type HeaderList = readonly (readonly [name: string, value: string])[]

/** Headers that let the page of the request's `Origin` read the answer, whatever it is; none where no rule allows it. */
export function corsHeaders(bucket: Bucket, request: RawRequest, store: Store): HeaderList {
  const asked = askedOf(request)
  const rule = asked && rulesOf(bucket, store)?.find(candidate => allows(candidate, asked))
  return rule ? headersOf(rule, asked) : []
}

/**
 * The question of a browser before a request that is not simple. Not an operation of the service model; it is neither signed nor
 * authorized, and `preflightHeaders` answers it.
 */
export const preflight = defineOperation({
  name: 'Preflight',
  http: 'OPTIONS /{Bucket}',
  acceptsMrap: true,
  unsigned: true,
  input: structure({}),
  output: structure({}),
  errors: ['AccessForbidden'],
  handle: () => ({}),
})

/**
 * The headers of a preflight that is granted. `bucket` undefined: there is none of that name. Throws BadRequest where the request is
 * no preflight, else AccessForbidden.
 */
export function preflightHeaders(
  request: RawRequest,
  resource: { readonly bucket: Bucket | undefined; readonly isObject: boolean },
  store: Store,
): HeaderList {
  const { bucket, isObject } = resource
  const asked = askedOf(request)
  if (!asked) throw errors.BadRequest({ Message: 'Insufficient information. Origin request header needed.' })
  const forbidden = (reason: string, resourceType: string) =>
    errors.AccessForbidden({ Message: `CORSResponse: ${reason}`, Method: asked.method, ResourceType: resourceType })
  if (!bucket) throw forbidden('Bucket not found', 'BUCKET')
  const rules = rulesOf(bucket, store)
  if (!rules) throw forbidden('CORS is not enabled for this bucket.', 'BUCKET')
  if (!request.headers.has('access-control-request-method')) {
    throw errors.BadRequest({ Message: 'Invalid Access-Control-Request-Method: null' })
  }
  const rule = rules.find(candidate => allows(candidate, asked))
  if (rule) return headersOf(rule, asked)
  throw forbidden(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    isObject ? 'OBJECT' : 'BUCKET',
  )
}

interface Asked {
  readonly origin: string
  readonly method: string
  /** Lower case. */
  readonly headers: readonly string[]
}

/** undefined: no `Origin`. The service reads the headers of a preflight on any other request as well. */
function askedOf({ headers, method }: RawRequest): Asked | undefined {
  const origin = headers.get('origin')
  if (origin === undefined) return undefined
  const names = (headers.get('access-control-request-headers') ?? '').toLowerCase().split(',')
  return {
    origin,
    method: headers.get('access-control-request-method') ?? method,
    headers: names.map(name => name.trim()).filter(name => name !== ''),
  }
}

function rulesOf(bucket: Bucket, store: Store): readonly Rule[] | undefined {
  const text = store.findBucketConfiguration(bucket.id, 'cors')
  if (text === undefined) return undefined
  const { CORSRules: rules }: CORSConfiguration = JSON.parse(text)
  return rules
}

function allows(rule: Rule, { origin, method, headers }: Asked): boolean {
  if (!rule.AllowedMethods.includes(method)) return false
  if (!rule.AllowedOrigins.some(pattern => matches(pattern, origin))) return false
  const patterns = rule.AllowedHeaders?.map(pattern => pattern.toLowerCase()) ?? []
  return headers.every(name => patterns.some(pattern => matches(pattern, name)))
}

/** At most one `*`, which stands for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}

function headersOf(rule: Rule, { origin, headers }: Asked): HeaderList {
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
