import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify from 'fastify'
import { AwsError, errors } from '../../protocol/errors.ts'
import { type Logger, stackOf } from '../../protocol/logger.ts'
import { BrokenOff, type Response } from '../../protocol/response.ts'
import type { Dispatch } from '../dispatch.ts'
import { connectionOf, trackExchange } from './connection.ts'
import { expectContinue, readIncoming } from './incoming.ts'
import { writeResponse } from './outgoing.ts'

/** What the HTTP door needs from the rest. */
export interface HttpServices {
  readonly dispatch: Dispatch
  /** A refusal as a response, for requests that never become one for `dispatch`. */
  readonly refuse: (error: AwsError, method: string) => Response
  readonly log: Logger
}

/** What node's HTTP parser says of an error. */
interface ParseError {
  readonly code?: string
  /** The bytes it was given last, and how many of them were fine. */
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

export interface HttpDoor {
  /** Not listening yet. Its `connection` listener speaks HTTP with whatever socket it is given. */
  readonly server: Server
  /** From now on every answer closes its connection. */
  startClosing(): void
  close(): Promise<void>
}

const limits = {
  /** As the service: metadata alone may have 2 kB, signed headers and tokens need the rest. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 30_000,
  /** None: an upload may take as long as it keeps moving. */
  requestTimeout: 0,
  keepAliveTimeout: 72_000,
}
/** Without a byte in either direction. */
const silenceMs = 120_000
/** How long a refused connection may take to read its refusal. */
const lingerMs = 1000

/** The target as sent: Fastify gets a constant one, since its router must not judge escapes or decode a key. */
const targets = new WeakMap<IncomingMessage, string>()

/** Makes the HTTP server: Fastify with one route that hands every request to `dispatch`. Nothing of S3 is known here. */
export async function openHttpDoor(services: HttpServices): Promise<HttpDoor> {
  let isClosing = false
  const serve = (request: IncomingMessage, response: ServerResponse) =>
    serveRequest(request, response, services, () => isClosing)
  let server = createServer()
  const fastify = Fastify({
    logger: false,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    rewriteUrl: request => {
      targets.set(request, request.url ?? '')
      // Any content type may be stored; Fastify would refuse those it cannot read. rawHeaders keeps the one sent.
      request.headers['content-type'] = 'application/octet-stream'
      return '/'
    },
    serverFactory: handler => {
      server = makeServer(handler, services)
      return server
    },
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, services),
    frameworkErrors: (_error, request, reply) => {
      reply.hijack()
      return serve(request.raw, reply.raw)
    },
  })
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const route = (request: { raw: IncomingMessage }, reply: { hijack(): unknown; raw: ServerResponse }) => {
    reply.hijack()
    return serve(request.raw, reply.raw)
  }
  fastify.all('/', route)
  // Methods that Fastify does not route, such as PROPFIND.
  fastify.setNotFoundHandler(route)
  await fastify.ready()
  return {
    server,
    startClosing: () => {
      isClosing = true
    },
    close: () => fastify.close(),
  }
}

function makeServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  services: HttpServices,
): Server {
  // A missing Host is refused by us, with a body; node would answer an empty 400.
  const server = createServer({ ...limits, requireHostHeader: false, noDelay: true }, handler)
  // Default 2000: node drops the rest without a word. 16 KiB of headers are the limit that counts.
  server.maxHeadersCount = 0
  server.timeout = silenceMs
  server.on('checkContinue', (request, response) => {
    expectContinue(request)
    handler(request, response)
  })
  // ASSUMED: an expectation that is not known is no reason to refuse (RFC 9110 10.1.1 leaves it to the server).
  server.on('checkExpectation', handler)
  server.on('timeout', socket => onSilence(socket, services))
  return server
}

async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  services: HttpServices,
  isClosing: () => boolean,
): Promise<void> {
  const connection = connectionOf(request.socket)
  const before = connection.exchange
  trackExchange(connection, request, response)
  // A client that pipelines relies on its order: a GET sees what the PUT before it stored (RFC 9112 9.3.2).
  if (before) await new Promise<void>(resolve => before.response.once('close', resolve))
  const method = request.method ?? ''
  let result: Response
  try {
    result = await services.dispatch(readIncoming(request, response, targets.get(request) ?? '', connection))
  } catch (thrown) {
    const error = thrown instanceof AwsError ? thrown : errors.InternalError()
    if (error !== thrown) services.log.error(stackOf(thrown))
    result = services.refuse(error, method)
  }
  await answer(request, response, result, services.log, isClosing())
}

/** Never rejects. An answer that cannot be completed ends the connection, so that it cannot be taken for a complete one. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  result: Response,
  log: Logger,
  isClosing: boolean,
): Promise<void> {
  try {
    await writeResponse(request, response, result, isClosing)
  } catch (thrown) {
    if (!(thrown instanceof BrokenOff)) log.error(`an answer broke off: ${stackOf(thrown)}`)
    // What was written before goes out.
    await nextTurn()
    response.destroy()
  }
}

/** What node's parser says of a connection that ends in the middle of a request. */
const endedEarly = 'HPE_INVALID_EOF_STATE'

/** Bytes that are not HTTP, or not HTTP that may be served. */
function refuseConnection(error: Error & ParseError, socket: Socket, services: HttpServices): void {
  const connection = connectionOf(socket)
  if (connection.isRefused) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  connection.isRefused = true
  const exchange = connection.exchange
  const isInBody = exchange?.request.complete === false
  const refusal = services.refuse(
    isInBody && error.code === endedEarly ? errors.IncompleteBody() : refusalOf(error),
    '',
  )
  if (!exchange) end(socket, refusal)
  // The request under way came whole: its answer goes first, then the refusal of what followed.
  else if (exchange.request.complete) exchange.response.once('close', () => end(socket, refusal))
  // The body of the request under way is broken: this is its answer, unless another has begun.
  else if (exchange.response.headersSent || connection.underWay > 1) hangUp(socket)
  else end(socket, refusal)
}

function refusalOf(error: ParseError): AwsError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return errors.RequestHeaderSectionTooLarge({ MaxSizeAllowed: String(limits.maxHeaderSize) })
    case 'HPE_INVALID_URL':
      return errors.InvalidURI()
    case 'HPE_INVALID_METHOD':
      return refusalOfMethod(error)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return errors.RequestTimeout()
    default:
      return errors.BadRequest({ Message: 'An error occurred when parsing the HTTP request.' })
  }
}

/** A request line with a verb that HTTP libraries do not know is a request all the same; anything else is noise. */
function refusalOfMethod({ rawPacket, bytesParsed = 0 }: ParseError): AwsError {
  const packet = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : ''
  const line = packet.slice(packet.lastIndexOf('\n', bytesParsed - 1) + 1).slice(0, 64)
  const [, method] = /^([A-Z][A-Z-]{0,31}) [/h*]/.exec(line) ?? []
  if (method === undefined) return errors.BadRequest({ Message: 'An error occurred when parsing the HTTP request.' })
  return errors.MethodNotAllowed({ Method: method, ResourceType: 'SERVICE' })
}

/** Nothing has moved on the connection for long. Work of ours under way is waited for; a client that owes bytes is not. */
function onSilence(socket: Socket, services: HttpServices): void {
  const exchange = connectionOf(socket).exchange
  if (!exchange || exchange.response.headersSent) {
    socket.destroy()
    return
  }
  if (!exchange.request.complete) end(socket, services.refuse(errors.RequestTimeout(), exchange.request.method ?? ''))
}

/** Writes a refusal straight to a socket that HTTP can no longer use, and closes it. */
function end(socket: Socket, refusal: Response): void {
  if (!socket.writable) return
  const body = typeof refusal.body === 'string' ? refusal.body : ''
  const lines = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`]
  for (const [name, value] of refusal.headers) lines.push(`${name}: ${value}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body)
  hangUp(socket, lines.join('\r\n'))
}

/** Closes our side, and the whole connection when the client had time to read what was written. */
function hangUp(socket: Socket, lastWords = ''): void {
  socket.end(lastWords)
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
