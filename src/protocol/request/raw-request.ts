import type { Readable } from 'node:stream'
import type { Caller } from '../caller.ts'
import type { Headers } from './headers.ts'

/** Which front door a request came through. */
export type Door = 'http' | 'tls' | 'proxy'

/** A request exactly as it came, before anybody has interpreted it. Frozen; listeners make it, everything else reads it. */
export interface RawRequest {
  readonly method: string
  /** Raw path in origin form, percent-encoding untouched; never empty. An absolute-form target has lost scheme and authority. */
  readonly path: string
  /** Raw query without `?`; '' when there is none. */
  readonly query: string
  readonly headers: Headers
  /** Host header (or the authority of an absolute-form target), lower case, with port if one was sent; '' when absent. */
  readonly host: string
  /** True for an absolute-form target or inside CONNECT: a foreign host is then refused. */
  readonly viaProxy: boolean
  readonly door: Door
  /** Came encrypted, inside a tunnel or not. Absent: no. */
  readonly isSecure?: boolean
  readonly remoteAddress: string
  /** Body after HTTP transfer decoding. aws-chunked framing is still in it. */
  readonly body: Readable
  /** The same as it comes, without the cost of a stream: read one or the other. Abandoning it leaves the connection open. */
  readonly pieces?: () => AsyncIterable<Uint8Array>
  /** The same at once, for a body that is declared to be small. */
  readonly whole?: (() => Promise<Uint8Array>) | undefined
  /** Who asks, where that is known without a signature: requests of the emulator's own. No listener sets it. */
  readonly actsAs?: Caller
  /** Sends `100 Continue` if the client waits for it; call once the signature is accepted. */
  readonly sendContinue: () => void
}

/** The same request with other headers. */
export function withHeaders(request: RawRequest, headers: Headers): RawRequest {
  return Object.create(request, { headers: { value: headers, enumerable: true } })
}
