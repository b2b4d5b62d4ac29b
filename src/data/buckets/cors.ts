import { allows, askedByPage, type CorsRule, headersFor, ruleForOrigins } from '../../protocol/request/cross-origin.ts'
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

/** Where rules stand. */
interface Rules {
  /** undefined: there is no bucket, or none is asked for. */
  readonly bucket: Bucket | undefined
  readonly store: Store
  /** Web origins that may act everywhere. */
  readonly allowOrigins: readonly string[]
}

/** Headers that let the page of the request's `Origin` read the answer, whatever it is; none where no rule allows it. */
export function corsHeaders(request: RawRequest, where: Rules): HeaderList {
  const asked = askedByPage(request)
  const rule = asked && rulesOf(where)?.find(candidate => allows(candidate, asked))
  return rule ? headersFor(rule, asked) : []
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

/** The headers of a preflight that is granted. Throws BadRequest where the request is no preflight, else AccessForbidden. */
export function preflightHeaders(request: RawRequest, where: Rules & { readonly isObject: boolean }): HeaderList {
  const asked = askedByPage(request)
  if (!asked) throw errors.BadRequest({ Message: 'Insufficient information. Origin request header needed.' })
  const forbidden = (reason: string, resourceType: string) =>
    errors.AccessForbidden({ Message: `CORSResponse: ${reason}`, Method: asked.method, ResourceType: resourceType })
  const rules = rulesOf(where)
  if (!rules && !where.bucket) throw forbidden('Bucket not found', 'BUCKET')
  if (!rules) throw forbidden('CORS is not enabled for this bucket.', 'BUCKET')
  if (!request.headers.has('access-control-request-method')) {
    throw errors.BadRequest({ Message: 'Invalid Access-Control-Request-Method: null' })
  }
  const rule = rules.find(candidate => allows(candidate, asked))
  if (rule) return headersFor(rule, asked)
  throw forbidden(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    where.isObject ? 'OBJECT' : 'BUCKET',
  )
}

/** undefined: there are none. */
function rulesOf({ bucket, store, allowOrigins }: Rules): readonly CorsRule[] | undefined {
  const text = bucket && store.findBucketConfiguration(bucket.id, 'cors')
  const everywhere = ruleForOrigins(allowOrigins)
  if (text === undefined) return everywhere && [everywhere]
  const { CORSRules: rules }: CORSConfiguration = JSON.parse(text)
  return everywhere ? [...rules, everywhere] : rules
}
