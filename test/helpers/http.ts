import { connect, type Socket } from 'node:net'
import type { Test } from 'tap'

/** An answer as it came over the socket. */
export interface Answer {
  readonly status: number
  /** In wire order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The value of a header that stands there at most once; undefined when absent. */
  header(name: string): string | undefined
  readonly body: Buffer
  /** The body as UTF-8. */
  readonly text: string
}

/** A connection whose answers are read one by one. Nothing of HTTP is done for the sender. */
export interface Connection {
  readonly socket: Socket
  /** Text goes out as Latin-1: one character, one byte. */
  send(bytes: string | Buffer): void
  /** The next answer, interim ones (1xx) included. Rejects when the connection closes before it is complete. */
  next(method?: string): Promise<Answer>
  /** Resolves when the server has closed. */
  closed(): Promise<void>
}

/** Opens a connection to the loopback address, or reads from `socket`. */
export function openConnection(t: Test, port: number, socket: Socket = connect(port, '127.0.0.1')): Connection {
  let received = Buffer.alloc(0)
  let isClosed = false
  let wake = () => {}
  socket.on('data', bytes => {
    received = Buffer.concat([received, bytes])
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
    wake()
  })
  t.teardown(() => socket.destroy())
  const change = () =>
    new Promise<void>(resolve => {
      wake = resolve
    })
  return {
    socket,
    send: bytes => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    async next(method = 'GET') {
      for (;;) {
        const read = readAnswer(received, method, isClosed)
        if (read) {
          received = received.subarray(read.length)
          return read.answer
        }
        if (isClosed) throw new Error(`closed after ${JSON.stringify(received.toString('latin1').slice(0, 500))}`)
        await change()
      }
    },
    async closed() {
      while (!isClosed) await change()
    },
  }
}

/** Sends bytes on a connection of their own and reads one answer. The connection is then dropped. */
export async function exchange(t: Test, port: number, bytes: string | Buffer, method?: string): Promise<Answer> {
  const connection = openConnection(t, port)
  connection.send(bytes)
  try {
    return await connection.next(method)
  } finally {
    connection.socket.destroy()
  }
}

/** The bytes of a request. Nothing is added. */
export function requestBytes(
  line: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: string | Buffer = '',
): Buffer {
  const lines = [line, ...headers.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), typeof body === 'string' ? Buffer.from(body) : body])
}

interface Read {
  readonly answer: Answer
  /** How many bytes it took. */
  readonly length: number
}

function readAnswer(bytes: Buffer, method: string, isClosed: boolean): Read | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
  if (!status) throw new Error(`not a status line: ${statusLine}`)
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  const header = (name: string) => {
    const values = headers.filter(([other]) => other.toLowerCase() === name.toLowerCase())
    if (values.length > 1) throw new Error(`${name} stands there ${values.length} times`)
    return values[0]?.[1]
  }
  const read = readBody(bytes.subarray(end + 4), { status, method, isClosed }, header)
  if (!read) return undefined
  const { body, length } = read
  return { answer: { status, headers, header, body, text: body.toString('utf8') }, length: end + 4 + length }
}

function readBody(
  bytes: Buffer,
  { status, method, isClosed }: { status: number; method: string; isClosed: boolean },
  header: (name: string) => string | undefined,
): { body: Buffer; length: number } | undefined {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { body: Buffer.alloc(0), length: 0 }
  if (header('transfer-encoding') === 'chunked') return readChunks(bytes)
  const declared = header('content-length')
  if (declared === undefined) return isClosed ? { body: bytes, length: bytes.length } : undefined
  const length = Number(declared)
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), length }
}

function readChunks(bytes: Buffer): { body: Buffer; length: number } | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    const from = end + 2
    if (bytes.length < from + size + 2) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), length: from + 2 }
    chunks.push(bytes.subarray(from, from + size))
    at = from + size + 2
  }
}
