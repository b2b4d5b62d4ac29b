import type { Logger } from '../../protocol/logger.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import { matchPath, readRoutePattern } from '../../protocol/route-pattern.ts'
import { certificates } from './certificates.ts'
import { ManagementError, refusal } from './errors.ts'
import { health } from './health.ts'
import { readJson } from './json-body.ts'
import { names } from './names.ts'
import { isFromPage } from './page.ts'
import { reset } from './reset.ts'
import type { Endpoint } from './resource.ts'
import type { ManagementServices } from './services.ts'
import { bearsToken } from './token.ts'

/** Every resource under `/_mrap/`, one file each. */
const resources: readonly (readonly Endpoint[])[] = [health, certificates, names, reset]

export interface ManagementOptions {
  readonly services: ManagementServices
  /** What callers must bear (`MRAP_MANAGEMENT_TOKEN`); undefined: nothing. */
  readonly token: string | undefined
  readonly log: Logger
}

const endpoints = resources.flat().map(endpoint => ({ ...endpoint, pattern: readRoutePattern(endpoint.route) }))

/**
 * Answers the reserved paths under `/_mrap/` (design 2.4). These are ours and not AWS's: refusals are small JSON documents. The Host has
 * been judged by who decided that this is a management request. Never rejects.
 */
export function createManagement({
  services,
  token,
  log,
}: ManagementOptions): (request: RawRequest, path: string) => Promise<Response> {
  return async (request, path) => {
    try {
      if (isFromPage(request)) throw new ManagementError('Forbidden', 'requests from web pages are refused')
      const { endpoint, labels } = find(request.method, path)
      if (token !== undefined && !endpoint.isOpen && !bearsToken(request.headers, token)) {
        throw needsToken()
      }
      const query = new URLSearchParams(request.query)
      return await endpoint.answer({ request, labels, query, json: () => readJson(request.body) }, services)
    } catch (thrown) {
      if (thrown instanceof ManagementError) return refusal(thrown)
      log.error(`${request.method} ${path}: ${thrown instanceof Error ? thrown.stack : thrown}`)
      return refusal(new ManagementError('InternalError', 'this is a fault of the emulator; its log has more'))
    }
  }
}

function find(method: string, path: string) {
  const asked = method === 'HEAD' ? 'GET' : method
  const methods: string[] = []
  for (const endpoint of endpoints) {
    const texts = matchPath(endpoint.pattern.path, path)
    if (!texts) continue
    if (endpoint.pattern.method === asked) return { endpoint, labels: labelsOf(endpoint.pattern.path.labels, texts) }
    methods.push(endpoint.pattern.method)
  }
  if (methods.length > 0) throw wrongMethod(methods)
  const known = endpoints.map(({ route }) => route).join(', ')
  throw new ManagementError('NotFound', `there is nothing here; known: ${known}`)
}

function needsToken(): ManagementError {
  const message = 'send the token of MRAP_MANAGEMENT_TOKEN as Authorization: Bearer <token>'
  return new ManagementError('Unauthorized', message, { headers: [['WWW-Authenticate', 'Bearer']] })
}

function wrongMethod(methods: readonly string[]): ManagementError {
  const allowed = methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  return new ManagementError('MethodNotAllowed', `allowed: ${allowed}`, { headers: [['Allow', allowed]] })
}

function labelsOf(labelNames: readonly string[], texts: readonly string[]): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(labelNames.map((name, index) => [name, decodeURIComponent(texts[index] ?? '')]))
  } catch {
    throw new ManagementError('BadRequest', 'the path has a percent sign that begins no escape')
  }
}
