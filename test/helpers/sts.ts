import { createRequire } from 'node:module'
import type { HeaderPair, Keys } from './sign.ts'

export type { Keys }

const aws4: {
  sign(request: object, credentials: object): { readonly headers: Readonly<Record<string, string>> }
} = createRequire(import.meta.url)('aws4')

/** The headers of a signed form to `/`, as clients of the AWS Query protocol send it. */
export function signQuery(request: {
  readonly body: string
  readonly host: string
  readonly region: string
  readonly service: string
  readonly keys: Keys
  /** Beside those of a form, or in their place. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly now: number
}): HeaderPair[] {
  const { body, host, region, service, keys, now } = request
  const amzDate = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const headers = {
    Host: host,
    'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Amz-Date': amzDate,
    ...request.headers,
  }
  const signed = aws4.sign({ method: 'POST', path: '/', host, service, region, headers, body }, keys)
  return Object.entries(signed.headers)
}
