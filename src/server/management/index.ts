import type { Logger } from '../../protocol/logger.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import { matchPath, type RoutePattern, readRoutePattern } from '../../protocol/route-pattern.ts'
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

/** What is asked for at every start. Everything else is loaded with its first call: `moving.ts`. */
const resources: readonly (readonly Endpoint[])[] = [health, certificates, names, reset]

export interface ManagementOptions {
  readonly services: ManagementServices
  /** What callers must bear (`MRAP_MANAGEMENT_TOKEN`); undefined: nothing. */
  readonly token: string | undefined
  readonly log: Logger
}

type Routed = Endpoint & { readonly pattern: RoutePattern }

let endpoints = routed(resources)
let isComplete = false

function routed(lists: readonly (readonly Endpoint[])[]): readonly Routed[] {
  return lists.flat().map(endpoint => ({ ...endpoint, pattern: readRoutePattern(endpoint.route) }))
}

/**
 * Answers the reserved paths under `/_mrap/` (design 2.4). These are ours and not AWS's: refusals are small JSON documents. The Host has
 * been judged by who decided that this is a management request. Never rejects.
 */
export function createManagement({
  services,
  token,
  log,
}: ManagementOptions): (request: RawRequest, path: string) => Promise<Response> {
  let replacing = 0
  return async (request, path) => {
    try {
      if (isFromPage(request)) throw new ManagementError('Forbidden', 'requests from web pages are refused')
      const found = await find(request.method, path)
      if (found.endpoint === undefined) throw notFound(found)
      const { endpoint, labels } = found
      if (token !== undefined && !endpoint.isOpen && !bearsToken(request.headers, token)) {
        throw needsToken()
      }
      const query = new URLSearchParams(request.query)
      const call = { request, labels, query, json: () => readJson(request.body) }
      if (!endpoint.replacesState && !endpoint.isOpen && replacing > 0)
        throw new ManagementError('Conflict', 'a reset is running; ask again')
      if (!endpoint.replacesState) return await endpoint.answer(call, services)
      replacing += 1
      try {
        return await endpoint.answer(call, services)
      } finally {
        replacing -= 1
      }
    } catch (thrown) {
      if (thrown instanceof ManagementError) return refusal(thrown)
      log.error(`${request.method} ${path}: ${thrown instanceof Error ? thrown.stack : thrown}`)
      return refusal(new ManagementError('InternalError', 'this is a fault of the emulator; its log has more'))
    }
  }
}

async function find(method: string, path: string) {
  const found = findIn(endpoints, method, path)
  if (found.endpoint || isComplete) return found
  const [{ moving }, { openapi }] = await Promise.all([import('./moving.ts'), import('./openapi.ts')])
  endpoints = routed([...resources, ...moving, openapi(() => endpoints)])
  isComplete = true
  return findIn(endpoints, method, path)
}

function findIn(all: readonly Routed[], method: string, path: string) {
  const asked = method === 'HEAD' ? 'GET' : method
  const methods: string[] = []
  for (const endpoint of all) {
    const texts = matchPath(endpoint.pattern.path, path)
    if (!texts) continue
    if (endpoint.pattern.method === asked) return { endpoint, labels: labelsOf(endpoint.pattern.path.labels, texts) }
    methods.push(endpoint.pattern.method)
  }
  return { endpoint: undefined, methods, known: all.map(({ route }) => route) }
}

function notFound({ methods, known }: { readonly methods: readonly string[]; readonly known: readonly string[] }) {
  if (methods.length > 0) return wrongMethod(methods)
  return new ManagementError('NotFound', `there is nothing here; known: ${known.join(', ')}`)
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
