import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ByteStream, Response } from '../../protocol/response.ts'
import { isAwaitingContinue } from './incoming.ts'

/** How much of a body that nobody read is still taken in, so that the client sees the answer and not a reset. */
const discardBytes = 1024 * 1024
const discardMs = 5000

/**
 * Writes an answer. Resolves when it is handed to the connection or the client has gone. Throws when a body fails or has another
 * length than its header says: then the answer is not complete and the caller must destroy the connection.
 */
export async function writeResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Response,
  isClosing: boolean,
): Promise<void> {
  if (answer.isCut) return void response.destroy()
  // A small body often arrives with its header, and its end is noticed within this turn.
  if (!request.complete && !isAwaitingContinue(request)) await nextTurn()
  const hasUnreadBody = !request.complete
  const { headers, bytes, declaredLength } = frame(request.method ?? '', answer)
  // Not writable: the connection has been refused meanwhile, for instance for a body that is not HTTP.
  if (response.destroyed || !request.socket.writable) return closeStream(answer.body)
  if (hasUnreadBody || isClosing) headers.push('Connection', 'close')
  // That a connection of HTTP/1.1 stays open goes without saying, and the service does not say it.
  else if (response.shouldKeepAlive && request.httpVersionMinor > 0) response.removeHeader('Connection')
  response.writeHead(answer.status, headers)
  if (isStream(answer.body)) {
    if (maySendBody(request.method ?? '', answer.status)) await pump(answer.body, response, declaredLength)
    else await closeStream(answer.body)
  } else if (!hasUnreadBody) {
    // Most answers: head and body leave in one write, within this turn.
    response.end(bytes)
    // What came in whole but was not read must not hold up the next request on this connection.
    if (!request.readableEnded) request.resume()
    return
  } else if (bytes) response.write(bytes)
  // Not where `end` follows at once: it writes a header of other characters as it is, `flushHeaders` as UTF-8.
  else response.flushHeaders()
  if (hasUnreadBody && !isAwaitingContinue(request)) await discardBody(request)
  else if (!request.readableEnded) request.resume()
  response.end()
}

interface Framed {
  /** Names and values in turn. */
  readonly headers: string[]
  readonly bytes: Uint8Array | undefined
  readonly declaredLength: number | undefined
}

/** Decides how the end of the body is told (RFC 9110 8.6): a length for everything whose size is known. */
function frame(method: string, answer: Response): Framed {
  const headers: string[] = []
  let declared: string | undefined
  for (const [name, value] of answer.headers) {
    if (name.toLowerCase() === 'content-length') declared = value
    else headers.push(name, value)
  }
  const bytes = isStream(answer.body) ? undefined : asBytes(answer.body)
  const length = lengthHeader(method, answer, bytes, declared)
  if (length !== undefined) headers.push('Content-Length', length)
  const isSent = bytes !== undefined && bytes.byteLength > 0 && maySendBody(method, answer.status)
  return {
    headers,
    bytes: isSent ? bytes : undefined,
    declaredLength: declared === undefined ? undefined : Number(declared),
  }
}

function lengthHeader(
  method: string,
  { status, body }: Response,
  bytes: Uint8Array | undefined,
  declared: string | undefined,
): string | undefined {
  if (status === 204 || status === 304) return undefined
  if (isStream(body)) return declared
  if (method === 'HEAD') return declared ?? (bytes && String(bytes.byteLength))
  return String(bytes?.byteLength ?? 0)
}

function maySendBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}

function isStream(body: Response['body']): body is ByteStream {
  return typeof body === 'object' && Symbol.asyncIterator in body
}

function asBytes(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body
}

async function pump(body: ByteStream, response: ServerResponse, length: number | undefined): Promise<void> {
  let sent = 0
  for await (const chunk of body) {
    if (response.destroyed) return
    sent += chunk.byteLength
    if (length !== undefined && sent > length) break
    const hasRoom = response.write(chunk, () => body.reuse?.(chunk))
    if (!hasRoom && !response.destroyed) await drained(response)
  }
  if (response.destroyed) return
  if (length !== undefined && sent !== length)
    throw new Error(`the body has ${sent} bytes or more, its header says ${length}`)
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}

/** Tells a stream that nobody will read it that it may let go of what it holds. */
async function closeStream(body: Response['body']): Promise<void> {
  if (isStream(body)) await body[Symbol.asyncIterator]().return?.()
}

async function discardBody(request: IncomingMessage): Promise<void> {
  const timer = setTimeout(() => request.destroy(), discardMs)
  let left = discardBytes
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      left -= chunk.length
      if (left < 0) return
    }
  } catch {
    // The client has gone. There is nobody left to tell.
  } finally {
    clearTimeout(timer)
  }
}
