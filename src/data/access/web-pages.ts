import { isS3Host } from '../../protocol/endpoint/host.ts'
import type { Target } from '../../protocol/endpoint/target.ts'
import { foreignPage, isLoopbackOrigin } from '../../protocol/request/cross-origin.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { DataOperation } from '../context.ts'

/**
 * Web pages in the browser of whoever runs this. AWS is safe from them by its secrets; here credentials are well known, so that any page
 * could sign, and what a bucket serves stands beside everything else on one port.
 */

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Throws AccessDenied for a page of a foreign origin that wants to change something: presigned, signed or anonymous. Pages of this machine
 * are treated as AWS treats all; so is a page that the very host of AWS asked has served. `isAllowed`: a CORS rule lets it.
 */
export function refuseForeignPage(request: RawRequest, isAllowed: boolean): void {
  if (reading.has(request.method) || isAllowed) return
  const foreign = request.headers.all('origin').find(origin => !isLoopbackOrigin(origin) && !isOfHost(origin, request))
  if (foreign === undefined) return
  throw foreignPage(foreign, 'Allow the origin in the CORS rules of the bucket, or start with MRAP_ALLOW_ORIGINS.')
}

/** Names of AWS cannot be made to lead here by somebody else's name server, as any other could. */
function isOfHost(origin: string, { host }: RawRequest): boolean {
  return isS3Host(host) && (origin === `https://${host}` || origin === `http://${host}`)
}

const documents = new Set(['document', 'embed', 'fencedframe', 'frame', 'iframe', 'object'])

/**
 * Headers of an object under an own name or address, where its page would have the origin of every other: it is shown, but in an origin of
 * its own. Names of AWS get none, so that answers stay as they are there.
 */
export function pageHeaders(
  { name }: DataOperation,
  target: Target,
  { headers }: RawRequest,
): readonly (readonly [name: string, value: string])[] {
  if (name !== 'GetObject' && name !== 'HeadObject') return []
  const isOwn = target.kind === 'mrap' ? target.form === 'path' : target.kind === 'bucket' && target.space === 'own'
  if (!isOwn) return []
  const use = headers.get('sec-fetch-dest')
  return use === undefined || documents.has(use) ? [noSniff, sandbox] : [noSniff]
}

const noSniff = ['X-Content-Type-Options', 'nosniff'] as const
const sandbox = ['Content-Security-Policy', 'sandbox allow-scripts allow-forms allow-popups'] as const
