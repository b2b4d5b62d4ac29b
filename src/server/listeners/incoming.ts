import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { errors } from '../../protocol/errors.ts'
import { type HeaderPairs, type Headers, readHeaders } from '../../protocol/request/headers.ts'
import type { Door, RawRequest } from '../../protocol/request/raw-request.ts'
import type { Connection, Origin } from './connection.ts'
import { receivedBody } from './received-body.ts'
import { readAuthority, readTargetLine, type TargetLine } from './target-line.ts'

/** Requests whose client waits for `100 Continue` before it sends the body. */
const awaitingContinue = new WeakSet<IncomingMessage>()

/** Notes that the client waits for `100 Continue`. */
export function expectContinue(request: IncomingMessage): void {
  awaitingContinue.add(request)
}

/** True while the client still waits, so that no byte of the body is on its way. */
export function isAwaitingContinue(request: IncomingMessage): boolean {
  return awaitingContinue.has(request)
}

/**
 * A request as the rest of the server reads it. `target` is the request target as sent. Header names and values are the received
 * bytes read as Latin-1, as node gives them. Throws InvalidURI and BadRequest for a target or Host that cannot be read.
 */
export function readIncoming(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  { origin }: Connection,
): RawRequest {
  const line = readTargetLine(target)
  if (!line) throw errors.InvalidURI({ URI: target })
  const headers = readHeaders(pairsOf(request.rawHeaders))
  const coding = headers.all('transfer-encoding').join()
  if (coding !== '' && coding.toLowerCase() !== 'chunked')
    throw refused('The only Transfer-Encoding served is chunked.')
  const host = line.authority ?? readHost(headers.all('host'), request.httpVersion)
  return new IncomingRequest(request, response, line, headers, host, origin)
}

/** A class, so that all requests have one shape and what few ask for costs nothing. */
class IncomingRequest implements RawRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly host: string
  readonly viaProxy: boolean
  readonly door: Door
  readonly isSecure: boolean
  readonly remoteAddress: string
  readonly sendContinue: () => void
  readonly pieces: () => AsyncIterable<Uint8Array>
  readonly whole: (() => Promise<Uint8Array>) | undefined
  private readonly open: () => Readable

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    line: TargetLine,
    headers: Headers,
    host: string,
    origin: Origin,
  ) {
    const isAbsolute = line.authority !== undefined
    this.method = request.method ?? ''
    this.path = line.path
    this.query = line.query
    this.headers = headers
    this.host = host
    this.viaProxy = origin.viaProxy || isAbsolute
    this.door = isAbsolute ? 'proxy' : origin.door
    this.isSecure = 'encrypted' in request.socket
    this.remoteAddress = request.socket.remoteAddress ?? ''
    this.sendContinue = () => {
      if (awaitingContinue.delete(request) && !response.headersSent) response.writeContinue()
    }
    this.pieces = () => receivedBody(request)
    this.whole = Number(headers.get('content-length')) <= smallBytes ? () => readWhole(request) : undefined
    let opened: Readable | undefined
    this.open = () => {
      opened ??= Readable.from(this.pieces(), { objectMode: false })
      return opened
    }
    Object.freeze(this)
  }

  /**
   * A stream of its own: a reader that fails destroys this one, while the connection stays open for the refusal. An aborted connection
   * shows as an error of the stream.
   */
  get body(): Readable {
    return this.open()
  }
}

/** Bodies up to this size come with their header or right behind it, and are taken as a whole. */
const smallBytes = 64 * 1024

/** Node's iterator costs several times as much as the reading of a small body. */
function readWhole(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.once('end', () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)))
    request.once('error', reject)
    request.once('close', () => reject(new Error('the connection was closed')))
  })
}

function pairsOf(raw: readonly string[]): HeaderPairs {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return pairs
}

function readHost(values: readonly string[], httpVersion: string): string {
  const [value, second] = values
  if (second !== undefined) throw refused('The request has more than one Host header; send exactly one.')
  if (value === undefined && httpVersion === '1.1') throw refused('HTTP/1.1 asks for a Host header; none was sent.')
  if (!value) return ''
  const host = readAuthority(value)
  if (host === undefined) throw refused('The Host header is not a host name or address with an optional port.')
  return host
}

function refused(hint: string) {
  return errors.BadRequest({}, { hint })
}
