import { createHash, createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { SignatureV4a } from '@aws-sdk/signature-v4a'
import type { Credential } from '../../../src/protocol/caller.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { rawRequest } from './requests.ts'

// Signers that are not ours: the tests let them sign and our verifier judge.

interface Aws4Request {
  readonly service: string
  readonly region: string
  readonly method: string
  readonly host: string
  path: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signQuery?: boolean
}

const aws4: {
  sign(request: Aws4Request, credentials: object): Aws4Request
} = createRequire(import.meta.url)('aws4')

export interface ToSign {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string
  readonly region?: string
  /** `yyyymmddThhmmssZ` */
  readonly date?: string
}

const defaults = {
  method: 'GET',
  target: '/',
  headers: {},
  host: 'bucket.s3.us-east-1.amazonaws.com',
  region: 'us-east-1',
  date: '20260101T000000Z',
}

/** Signs with SigV4 by `aws4`, in the header. */
export function signV4(credential: Credential, toSign: ToSign): RawRequest {
  return withAws4(credential, toSign, false)
}

/** The same, as a presigned URL. */
export function presignV4(credential: Credential, toSign: ToSign, expiresSeconds = 900): RawRequest {
  const { target = defaults.target } = toSign
  const expiring = `${target}${target.includes('?') ? '&' : '?'}X-Amz-Expires=${expiresSeconds}`
  return withAws4(credential, { ...toSign, target: expiring }, true)
}

function withAws4(credential: Credential, toSign: ToSign, signQuery: boolean): RawRequest {
  const { method, target, headers, host, region, date, body } = { ...defaults, ...toSign }
  const stamp = signQuery ? {} : { 'X-Amz-Date': date }
  const unsigned: Aws4Request = {
    service: 's3',
    region,
    method,
    host,
    path: signQuery ? `${target}&X-Amz-Date=${date}` : target,
    headers: { Host: host, ...headers, ...stamp },
    signQuery,
    ...(body === undefined ? {} : { body }),
  }
  const signed = aws4.sign(unsigned, {
    accessKeyId: credential.accessKeyId,
    secretAccessKey: credential.secretAccessKey,
    sessionToken: credential.sessionToken,
  })
  return rawRequest({
    method,
    target: signed.path,
    headers: Object.entries(signed.headers).map(([name, value]) => [name, String(value)] as const),
    body: body ?? '',
  })
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

/** Signs with SigV4A by the AWS SDK's signer, in the header; `region` is the Region set. */
export async function signV4a(credential: Credential, toSign: ToSign): Promise<RawRequest> {
  const { method, target, headers, host, region, date, body } = { ...defaults, region: '*', ...toSign }
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  const signer = new SignatureV4a({
    service: 's3',
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: true,
  })
  const url = new URL(`https://${host}${target}`)
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname: host,
      path: target.split('?')[0] ?? '/',
      query: Object.fromEntries(url.searchParams),
      headers: { host, ...headers },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: new Date(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')) },
  )
  const pairs = Object.entries<string>(signed.headers)
  return rawRequest({ method, target, headers: pairs, body: body ?? '' })
}
