import { createECDH, createHash, createHmac, createPrivateKey, createSign, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { SignatureV4a } from '@aws-sdk/signature-v4a'

// Signers that are not the server's: aws4 and the AWS SDK's sign requests. Neither presigns SigV4A nor signs chunks, so those are
// computed here from the documents (mrap-spec 2.1; API reference, "Transferring Payload in Multiple Chunks").

interface Aws4Request {
  readonly service: string
  readonly region: string
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly signQuery?: boolean
}

const aws4: {
  sign(request: Aws4Request, credentials: object): { readonly path: string; readonly headers: Record<string, string> }
} = createRequire(import.meta.url)('aws4')

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export type HeaderPair = readonly [name: string, value: string]

/** A request without its signature. */
export interface Unsigned {
  readonly method: string
  /** Path and query, percent-encoded as they are sent. */
  readonly target: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  /** Value of `x-amz-content-sha256`. */
  readonly payload: string
}

export interface Scope {
  readonly keys: Keys
  /** Region; of SigV4A: the Region set. */
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/** `yyyymmddThhmmssZ` */
const amzDate = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')

/** Signs with SigV4 by aws4: all headers of the request, Host first. */
export function signV4(request: Unsigned, { keys, region, now }: Scope): HeaderPair[] {
  const { method, target, host, headers, payload } = request
  const signed = aws4.sign(
    {
      service: 's3',
      region,
      method,
      host,
      path: target,
      headers: { Host: host, ...headers, 'x-amz-content-sha256': payload, 'x-amz-date': amzDate(now) },
    },
    keys,
  )
  return Object.entries(signed.headers)
}

/** Presigns with SigV4 by aws4: the target to send. */
export function presignV4(request: Omit<Unsigned, 'payload'>, scope: Scope, expiresSeconds = 900): string {
  const { method, target, host, headers } = request
  const query = `X-Amz-Expires=${expiresSeconds}&X-Amz-Date=${amzDate(scope.now)}`
  const path = `${target}${target.includes('?') ? '&' : '?'}${query}`
  const { keys, region } = scope
  return aws4.sign(
    { service: 's3', region, method, host, path, headers: { Host: host, ...headers }, signQuery: true },
    keys,
  ).path
}

/** SHA-256 and HMAC-SHA256 as the SDK's signer wants them. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = ArrayBuffer.isView(secret) ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength) : secret
    this.#hash =
      key === undefined
        ? createHash('sha256')
        : createHmac('sha256', key instanceof ArrayBuffer ? Buffer.from(key) : key)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

/** Signs with SigV4A by the AWS SDK's signer: all headers of the request, Host first. */
export async function signV4a(request: Unsigned, { keys, region, now }: Scope): Promise<HeaderPair[]> {
  const { method, target, host, headers, payload } = request
  const [path = '/', query = ''] = target.split('?')
  const signer = new SignatureV4a({ service: 's3', region, credentials: keys, sha256: Sha256, uriEscapePath: false })
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname: host,
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: { Host: host, ...headers, 'x-amz-content-sha256': payload },
    },
    { signingDate: new Date(now) },
  )
  return Object.entries<string>(signed.headers)
}

/** Presigns with SigV4A, Host being the only signed header: the target to send. `target` has no query. */
export function presignV4a(request: Omit<Unsigned, 'payload'>, scope: Scope, expiresSeconds = 900): string {
  const { method, target, host } = request
  const { keys, region, now } = scope
  const date = amzDate(now)
  const credentialScope = `${date.slice(0, 8)}/s3/aws4_request`
  const parameters: [string, string][] = [
    ['X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256'],
    ['X-Amz-Credential', `${keys.accessKeyId}/${credentialScope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-Region-Set', region],
    ...(keys.sessionToken === undefined ? [] : [['X-Amz-Security-Token', keys.sessionToken] as [string, string]]),
    ['X-Amz-SignedHeaders', 'host'],
  ]
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value).replace('*', '%2A')}`).join('&')
  const canonical = `${method}\n${target}\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`
  const text = `AWS4-ECDSA-P256-SHA256\n${date}\n${credentialScope}\n${sha256(canonical)}`
  return `${target}?${query}&X-Amz-Signature=${ecdsa(keys, text)}`
}

/** ECDSA P-256 over SHA-256 with the key derived from a credential, DER in hexadecimal. */
function ecdsa(keys: Keys, text: string): string {
  return createSign('sha256').update(text).sign(ecdsaKey(keys), 'hex')
}

function ecdsaKey({ accessKeyId, secretAccessKey }: Keys): KeyObject {
  // The first candidate is in range but for one in four billion.
  const input = `00000001${Buffer.from(`AWS4-ECDSA-P256-SHA256\0${accessKeyId}\u0001`).toString('hex')}00000100`
  const candidate = createHmac('sha256', `AWS4A${secretAccessKey}`).update(Buffer.from(input, 'hex')).digest('hex')
  const d = Buffer.from((BigInt(`0x${candidate}`) + 1n).toString(16).padStart(64, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  const point = curve.getPublicKey()
  const text = (bytes: Buffer) => bytes.toString('base64url')
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', d: text(d), x: text(point.subarray(1, 33)), y: text(point.subarray(33)) },
    format: 'jwk',
  })
}

/** The parts of an aws-chunked body; tests change them before they are joined. */
export interface ChunkedBody {
  /** Without CRLF: `<size>;chunk-signature=<signature>`, then the data. The last one has no data. */
  chunks: { header: string; data: string }[]
  trailers: string[]
}

/** Chunks without signatures. */
export function plainChunks(pieces: readonly string[], trailers: readonly string[] = []): ChunkedBody {
  const chunks = [...pieces, ''].map(data => ({ header: Buffer.byteLength(data).toString(16), data }))
  return { chunks, trailers: [...trailers] }
}

/** Chunks signed with HMAC, each linked with the one before; the first with `seed`, the signature of the request. */
export function signedChunks(
  pieces: readonly string[],
  seed: string,
  { keys, region, now }: Scope,
  trailers?: readonly string[],
): ChunkedBody {
  const date = amzDate(now)
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/s3/aws4_request`
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${keys.secretAccessKey}`, day), region))
  let previous = seed
  const advance = (kind: string, rest: string) => {
    previous = hmac(key, `AWS4-HMAC-SHA256-${kind}\n${date}\n${scope}\n${previous}\n${rest}`).toString('hex')
    return previous
  }
  const chunks = [...pieces, ''].map(data => ({
    header: `${Buffer.byteLength(data).toString(16)};chunk-signature=${advance('PAYLOAD', `${sha256('')}\n${sha256(data)}`)}`,
    data,
  }))
  if (!trailers) return { chunks, trailers: [] }
  const signature = advance('TRAILER', sha256(trailers.map(line => `${line}\n`).join('')))
  return { chunks, trailers: [...trailers, `x-amz-trailer-signature:${signature}`] }
}

/** The bytes of a chunked body as text. */
export function joinChunks({ chunks, trailers }: ChunkedBody): string {
  const data = chunks.map(chunk => (chunk.data === '' ? `${chunk.header}\r\n` : `${chunk.header}\r\n${chunk.data}\r\n`))
  return `${data.join('')}${trailers.map(line => `${line}\r\n`).join('')}\r\n`
}

/** The signature in an Authorization header. */
export function signatureOf(headers: readonly HeaderPair[]): string {
  const [, value = ''] = headers.find(([name]) => name.toLowerCase() === 'authorization') ?? []
  const signature = /Signature=([0-9a-f]+)/.exec(value)?.[1]
  if (signature === undefined) throw new Error('the request is not signed')
  return signature
}
