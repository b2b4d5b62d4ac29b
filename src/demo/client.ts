import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import http from 'node:http'
import { SignatureV4a } from '@aws-sdk/signature-v4a'
import aws4 from 'aws4'

/** What the demo asks of S3: a real AWS host name, and the signature that host wants. */
export interface Request {
  readonly method: string
  /** The host that is signed and sent; the connection goes to the emulator. */
  readonly host: string
  /** Percent-encoded, with the leading slash. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** A Region signs with SigV4; `*` signs with SigV4A for every Region. */
  readonly region: string
}

/** An answer, read to its end. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export type Send = (request: Request) => Promise<Answer>

/** The shape that the SDK's signer wants of a hash: HMAC when a key is given, else SHA-256. */
class Sha256 {
  private readonly hash: Hash | Hmac
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytes(key))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest()
  }
  reset(): void {
    throw new Error('a hash is used once')
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8')
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return new Uint8Array(data)
}

function signV4(request: Request, credentials: Credentials): Record<string, string> {
  const query = new URLSearchParams(request.query).toString()
  const signed = aws4.sign(
    {
      service: 's3',
      region: request.region,
      host: request.host,
      method: request.method,
      path: query === '' ? request.path : `${request.path}?${query}`,
      headers: { 'content-type': 'application/octet-stream', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
    },
    credentials,
  )
  return signed.headers
}

async function signV4a(request: Request, credentials: Credentials): Promise<Record<string, string>> {
  const signer = new SignatureV4a({
    service: 's3',
    region: '*',
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: true,
  })
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: request.host,
      path: request.path,
      query: { ...request.query },
      headers: { host: request.host, ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
    },
    {},
  )
  return signed.headers
}

function exchange(endpoint: URL, request: Request, headers: Record<string, string>): Promise<Answer> {
  const query = new URLSearchParams(request.query).toString()
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        host: endpoint.hostname,
        port: endpoint.port === '' ? 80 : Number(endpoint.port),
        method: request.method,
        path: query === '' ? request.path : `${request.path}?${query}`,
        headers,
        agent: false,
      },
      incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', chunk => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })
}

/**
 * A client for one emulator: signs each request for the AWS host it names and sends it, over plain HTTP, to `endpoint`.
 * Rejects only when there is no answer.
 */
export function createClient(endpoint: URL, credentials: Credentials): Send {
  return async request => {
    const headers = request.region === '*' ? await signV4a(request, credentials) : signV4(request, credentials)
    return exchange(endpoint, request, headers)
  }
}

/** Text of the first element of this name in an XML document; undefined when there is none. Enough for answers without nesting. */
export function elementText(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  return start < 0 || end < 0 ? undefined : xml.slice(start + name.length + 2, end)
}
