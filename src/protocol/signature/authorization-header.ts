import { boundedCache } from '../bounded-cache.ts'
import { errors } from '../errors.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { formatAmzDate, parseAmzDate } from './amz-date.ts'
import {
  type ClaimHead,
  type CredentialScope,
  isAlgorithm,
  malformedCredential,
  readCredentialScope,
  readSignedHeaders,
} from './credential-scope.ts'
import { noValidDate, parseHttpDate } from './dates.ts'

/**
 * Reads `<algorithm> Credential=..., SignedHeaders=..., Signature=...` and the headers that belong to it. `value` is the
 * Authorization header. Throws InvalidArgument for another type of authorization, AuthorizationHeaderMalformed, and AccessDenied without
 * a date.
 * Source: API reference, "Authenticating Requests: Using the Authorization Header".
 */
export function readAuthorizationHeader(request: RawRequest, value: string): ClaimHead {
  const { algorithm, scope, signedHeaders, signature } = readSaid(value)
  const { amzDate, signedAt } = readDate(request)
  const regionSet = algorithm === 'AWS4-ECDSA-P256-SHA256' ? readRegionSet(request) : undefined
  const sessionToken = request.headers.get('x-amz-security-token')
  return {
    via: 'header',
    algorithm,
    accessKeyId: scope.accessKeyId,
    scopeDate: scope.scopeDate,
    region: scope.region,
    service: scope.service,
    regionSet,
    amzDate,
    signedAt,
    expiresSeconds: undefined,
    signedHeaders,
    signature,
    sessionToken,
  }
}

interface Said extends Pick<ClaimHead, 'algorithm' | 'signedHeaders' | 'signature'> {
  readonly scope: CredentialScope
}

const lastComponent = /^(.*[ ,]Signature=)([0-9a-f]+)$/s
/** What stands before the signature is the same for all requests of a kind, so that it is read once a day. */
const before = boundedCache<Said>(1000)

function readSaid(value: string): Said {
  const [, start, signature] = lastComponent.exec(value) ?? []
  const known = start === undefined ? undefined : before.get(start)
  if (known && signature !== undefined) {
    return { algorithm: known.algorithm, scope: known.scope, signedHeaders: known.signedHeaders, signature }
  }
  const said = readHeaderText(value)
  if (start !== undefined) before.set(start, said)
  return said
}

function readHeaderText(value: string): Said {
  const space = value.indexOf(' ')
  const algorithm = space < 0 ? value : value.slice(0, space)
  if (!isAlgorithm(algorithm)) throw unsupportedType(value)
  const components = readComponents(space < 0 ? '' : value.slice(space + 1))
  const credential = components.get('Credential')
  const signature = components.get('Signature')
  const signedHeaders = readSignedHeaders(components.get('SignedHeaders') ?? '')
  if (!credential || !signature || !signedHeaders) {
    throw malformedCredential(
      'header',
      'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    )
  }
  return { algorithm, scope: readCredentialScope('header', algorithm, credential), signedHeaders, signature }
}

function unsupportedType(value: string) {
  return errors.InvalidArgument({
    Message: value.includes(' ')
      ? 'Unsupported Authorization Type'
      : "Authorization header is invalid -- one and only one ' ' (space) required",
    ArgumentName: 'Authorization',
    ArgumentValue: value,
  })
}

/** `name=value` parts between commas; a part without `=` or a second of its name makes the whole unreadable. */
function readComponents(text: string): ReadonlyMap<string, string> {
  const components = new Map<string, string>()
  for (const part of text.split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0)).trim()
    if (equals < 0 || components.has(name)) return new Map()
    components.set(name, part.slice(equals + 1).trim())
  }
  return components
}

/** Requests of one second are signed with one text. */
let lastDate: { readonly text: string; readonly instant: number } = { text: '', instant: Number.NaN }

/** `x-amz-date`, or a `Date` in either form when it is absent. */
function readDate(request: RawRequest): { amzDate: string; signedAt: number } {
  const own = request.headers.get('x-amz-date')
  const text = own ?? request.headers.get('date') ?? ''
  const signedAt = text === lastDate.text ? lastDate.instant : parseAmzDate(text)
  if (signedAt !== undefined) {
    lastDate = { text, instant: signedAt }
    return { amzDate: text, signedAt }
  }
  const httpDate = own === undefined ? parseHttpDate(text) : undefined
  if (httpDate !== undefined) return { amzDate: formatAmzDate(httpDate), signedAt: httpDate }
  throw noValidDate()
}

function readRegionSet(request: RawRequest): string {
  const regionSet = request.headers.get('x-amz-region-set')
  if (regionSet) return regionSet
  // ASSUMED: wording; the code is the one of other faults of the credential.
  throw malformedCredential(
    'header',
    'AWS4-ECDSA-P256-SHA256 requires the X-Amz-Region-Set header.',
    {},
    { hint: 'A SigV4A request names its Regions in the signed header X-Amz-Region-Set; for an MRAP the value is *.' },
  )
}
