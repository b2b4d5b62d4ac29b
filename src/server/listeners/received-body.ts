import type { IncomingMessage } from 'node:http'

/**
 * The body of a request as it comes in, once. A reader that gives it up leaves the connection open, so that the refusal reaches the client.
 * A connection that ends early is an error. Written out because the iterator of a stream joins what waits in it: a copy of every byte, and
 * two turns of the event loop for each piece.
 */
export function receivedBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => receive(request) }
}

function receive(request: IncomingMessage): AsyncIterator<Uint8Array, undefined> {
  const waiting: Buffer[] = []
  let ended: { readonly error: Error | undefined } | undefined
  let reader: { resolve(result: IteratorResult<Uint8Array, undefined>): void; reject(error: Error): void } | undefined

  function onData(piece: Buffer): void {
    if (reader) {
      reader.resolve({ done: false, value: piece })
      reader = undefined
      return
    }
    waiting.push(piece)
    request.pause()
  }
  function onEnd(error?: Error): void {
    ended ??= { error }
    stop()
    if (reader) settle(reader, ended)
    reader = undefined
  }
  const onError = (error: Error) => onEnd(error)
  const onClose = () => onEnd(new Error('the connection ended within the body'))
  const onLast = () => onEnd()

  function stop(): void {
    request.off('data', onData).off('end', onLast).off('close', onClose)
    // The listener for errors stays: without one, an error of the connection would end the process.
  }

  if (request.readableEnded) ended = { error: undefined }
  else if (request.destroyed) ended = { error: new Error('the connection has ended') }
  else request.on('error', onError).on('close', onClose).on('end', onLast).on('data', onData)

  return {
    next: () =>
      new Promise((resolve, reject) => {
        const piece = waiting.shift()
        if (piece) return resolve({ done: false, value: piece })
        if (ended) return settle({ resolve, reject }, ended)
        reader = { resolve, reject }
        if (request.isPaused()) request.resume()
      }),
    async return() {
      if (!ended) {
        stop()
        request.pause()
        ended = { error: undefined }
      }
      waiting.length = 0
      return { done: true, value: undefined }
    },
  }
}

function settle(
  reader: { resolve(result: IteratorResult<Uint8Array, undefined>): void; reject(error: Error): void },
  { error }: { readonly error: Error | undefined },
): void {
  if (error) reader.reject(error)
  else reader.resolve({ done: true, value: undefined })
}
