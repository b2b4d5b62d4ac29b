/**
 * Makes an unmodified AWS SDK for JavaScript v3 client reach MRAP Local, Multi-Region Access Point ARNs included: an `endpoint` alone does
 * not, since the SDK ignores it for them. No environment, no certificate, no DNS; imports no SDK.
 *
 *   import { S3Client } from '@aws-sdk/client-s3'
 *   import '@aws-sdk/signature-v4a'
 *   import { mrapLocal } from 'mrap-local/client'
 *   const s3 = new S3Client({ region: 'us-west-2', ...mrapLocal({ endpoint: 'http://127.0.0.1:4566' }) })
 */
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type { Duplex } from 'node:stream'

/** Where MRAP Local listens. */
export interface MrapLocalOptions {
  /** `http://<host>[:<port>]`, nothing after it. Default `http://127.0.0.1:4566`. */
  readonly endpoint?: string | URL
}

/** Client configuration to spread into `new S3Client({...})` or `new S3ControlClient({...})`. */
export interface MrapLocalClientConfig {
  /** Options of the SDK's own Node.js request handler. */
  readonly requestHandler: { readonly httpAgent: http.Agent; readonly httpsAgent: https.Agent }
}

/** As many as the SDK's own agents have. */
const maxSockets = 50

/** Every S3 host name of AWS: plain, dotted, dual-stack, control, access point, MRAP. Not `sts`, not `s3tables`. */
const s3Host = /(^|\.)s3([.-][a-z0-9.-]*)?\.amazonaws\.com$/

/**
 * Returns `{ requestHandler }` whose connections to S3's host names and to `<prefix>.<endpoint host>` go to `endpoint` over plain TCP; the
 * request, its URL and its signature stay what they are. All other hosts are connected to as usual. Throws TypeError when `endpoint` is
 * not a plain http URL.
 */
export function mrapLocal(options: MrapLocalOptions = {}): MrapLocalClientConfig {
  const to = readEndpoint(options)
  const isRouted = (host: string) => s3Host.test(host) || host.endsWith(`.${to.host}`)
  const route = (host: string | null | undefined) =>
    isRouted((host ?? '').toLowerCase()) ? net.connect({ ...to, noDelay: true }) : undefined

  class RoutedHttpAgent extends http.Agent {
    override createConnection(request: http.ClientRequestArgs, done?: Connected): Duplex | null | undefined {
      return route(request.host) ?? super.createConnection(request, done)
    }
  }
  class RoutedHttpsAgent extends https.Agent {
    override createConnection(request: https.RequestOptions, done?: Connected): Duplex | null | undefined {
      return route(request.host) ?? super.createConnection(request, done)
    }
  }
  const agentOptions = { keepAlive: true, maxSockets }
  return {
    requestHandler: { httpAgent: new RoutedHttpAgent(agentOptions), httpsAgent: new RoutedHttpsAgent(agentOptions) },
  }
}

type Connected = (error: Error | null, stream: Duplex) => void

function readEndpoint({ endpoint = 'http://127.0.0.1:4566', ...unknown }: MrapLocalOptions): {
  host: string
  port: number
} {
  const [extra] = Object.keys(unknown)
  if (extra !== undefined) throw new TypeError(`mrapLocal: unknown option ${extra}; known: endpoint`)
  const url = parse(endpoint)
  const isPlain =
    url?.protocol === 'http:' && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  if (!isPlain)
    throw new TypeError(`mrapLocal: endpoint ${JSON.stringify(String(endpoint))} is not http://<host>[:<port>]`)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) }
}

function parse(endpoint: unknown): URL | undefined {
  if (endpoint instanceof URL) return endpoint
  return typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined
}
