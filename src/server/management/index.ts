import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'

/** What the management paths act on; passed in by `app.ts`. */
export interface ManagementServices {
  /** Back to the state after the world was loaded. Resolves when that holds. */
  readonly reset: () => Promise<void>
  readonly certificates: Certificates
  readonly names: () => KnownNames
}

/** What stands in the emulator, for whoever writes an environment or a compose file for its clients. */
export interface KnownNames {
  /** Own names. */
  readonly domains: readonly string[]
  /** Whether the default credentials hold, or those of a world file. */
  readonly credentials: 'default' | 'world'
  readonly multiRegionAccessPoints: readonly {
    readonly account: string
    readonly name: string
    /** With `.mrap`. */
    readonly alias: string
    readonly buckets: readonly { readonly name: string; readonly region: string }[]
  }[]
}

/** The public side of the local certificate authority, as PEM text. */
export interface Certificates {
  caPem(): Promise<string>
  /** The same together with well-known roots, for variables that replace a trust store. */
  bundlePem(): Promise<string>
}

interface Route {
  readonly method: 'GET' | 'POST'
  readonly answer: (services: ManagementServices) => Response | Promise<Response>
}

const routes = new Map<string, Route>([
  ['/_mrap/health', { method: 'GET', answer: () => json(200, { status: 'ok' }) }],
  ['/_mrap/ca.pem', { method: 'GET', answer: async ({ certificates }) => certificate(await certificates.caPem()) }],
  [
    '/_mrap/ca-bundle.pem',
    { method: 'GET', answer: async ({ certificates }) => certificate(await certificates.bundlePem()) },
  ],
  ['/_mrap/v1/names', { method: 'GET', answer: ({ names }) => json(200, { ...names() }) }],
  [
    '/_mrap/reset',
    {
      method: 'POST',
      answer: async ({ reset }) => {
        await reset()
        return { status: 204, headers: [] }
      },
    },
  ],
])

/**
 * Answers the reserved paths under `/_mrap/` (design 2.4). These are ours and not AWS's: refusals are small JSON documents. The Host has
 * been judged by who decided that this is a management request; a page of another origin is refused here.
 */
export function createManagement(
  services: ManagementServices,
): (request: RawRequest, path: string) => Promise<Response> {
  return async (request, path) => {
    if (isForeignOrigin(request)) return json(403, { error: 'requests from pages of another origin are refused' })
    const route = routes.get(path)
    if (!route) return json(404, { error: `there is nothing here; known: ${[...routes.keys()].join(', ')}` })
    const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]
    if (allowed.includes(request.method)) return route.answer(services)
    const refusal = json(405, { error: `allowed: ${allowed.join(', ')}` })
    return { ...refusal, headers: [...refusal.headers, ['Allow', allowed.join(', ')]] }
  }
}

/** A browser names the page that asks. Only a page that this very address has served may; nobody else's page on a local port. */
function isForeignOrigin({ headers, host }: RawRequest): boolean {
  return headers
    .all('origin')
    .some(origin => origin.toLowerCase() !== `http://${host}` && origin.toLowerCase() !== `https://${host}`)
}

function json(status: number, body: Readonly<Record<string, unknown>>): Response {
  const headers = [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
  ] as const
  return { status, headers, body: `${JSON.stringify(body)}\n` }
}

function certificate(pem: string): Response {
  return { status: 200, headers: [['Content-Type', 'application/x-pem-file']], body: pem }
}
