import { BrokenOff, type Response } from '../../protocol/response.ts'

type Body = NonNullable<Response['body']>

/** The same answer, its body no faster than this. */
export function slowed(
  response: Response,
  bytesPerSecond: number,
  wait: (milliseconds: number) => Promise<void>,
): Response {
  const { body } = response
  if (body === undefined) return response
  async function* crawl(bytes: Body) {
    // Ten pieces a second, so that the rate is even.
    const piece = Math.max(1, Math.floor(bytesPerSecond / 10))
    for await (const chunk of chunksOf(bytes)) {
      for (let at = 0; at < chunk.byteLength; at += piece) {
        const part = chunk.subarray(at, at + piece)
        yield part
        await wait((part.byteLength * 1000) / bytesPerSecond)
      }
    }
  }
  return { ...withLength(response), body: crawl(body) }
}

/** The same answer, cut off after so many bytes of its body; by default in the middle of what its first piece has. */
export function cutAfter(response: Response, afterBytes: number | undefined): Response {
  const { body } = response
  if (body === undefined) return { ...response, isCut: true }
  async function* breakOff(bytes: Body) {
    let left = afterBytes
    for await (const chunk of chunksOf(bytes)) {
      left ??= Math.floor(chunk.byteLength / 2)
      if (left > 0) yield chunk.subarray(0, left)
      left -= chunk.byteLength
      if (left <= 0) break
    }
    throw new BrokenOff()
  }
  return { ...withLength(response), body: breakOff(body) }
}

async function* chunksOf(body: Body): AsyncIterable<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body)
  else if (body instanceof Uint8Array) yield body
  else yield* body
}

/** A body that becomes a stream tells its length beforehand, as it did. */
function withLength(response: Response): Response {
  const { body, headers } = response
  const isKnown = headers.some(([name]) => name.toLowerCase() === 'content-length')
  if (isKnown || (typeof body !== 'string' && !(body instanceof Uint8Array))) return response
  return { ...response, headers: [...headers, ['Content-Length', String(Buffer.byteLength(body))]] }
}
