import { Readable } from 'node:stream'
import type { Caller } from '../../protocol/caller.ts'
import { readHeaders } from '../../protocol/request/headers.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import { ManagementError } from './errors.ts'
import type { ManagementServices } from './services.ts'

/** A request of the management API's own to S3 or S3 Control, by the same code as everybody's, as the root of an account. */
export interface OwnRequest {
  readonly accountId: string
  readonly method: string
  /** Of AWS, which says what is addressed and in which Region. */
  readonly host: string
  /** Percent-encoded. */
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Readable | string
}

/** The answer of a success. Throws a refusal in the form of the management API, with AWS's code and sentence. */
export async function ask(request: OwnRequest, { dispatch }: ManagementServices): Promise<Response> {
  const { body = '', headers = {} } = request
  const length = typeof body === 'string' ? [['Content-Length', String(Buffer.byteLength(body))] as const] : []
  const caller: Caller = { kind: 'root', accountId: request.accountId, accessKeyId: 'management' }
  const raw: RawRequest = {
    method: request.method,
    path: request.path,
    query: request.query ?? '',
    headers: readHeaders([['Host', request.host], ...length, ...Object.entries(headers)]),
    host: request.host,
    viaProxy: false,
    door: 'http',
    remoteAddress: '127.0.0.1',
    body: typeof body === 'string' ? Readable.from(body === '' ? [] : [Buffer.from(body)]) : body,
    sendContinue: () => undefined,
    actsAs: caller,
  }
  const response = await dispatch(raw)
  if (response.status < 400 && response.status !== 301) return response
  throw asManagementError(response, request.method)
}

function asManagementError({ status, body }: Response, method: string): ManagementError {
  const text = typeof body === 'string' ? body : ''
  const [, code = method === 'HEAD' ? 'NoSuchKey' : 'Refused'] = /<Code>([^<]*)<\/Code>/.exec(text) ?? []
  const [, message = 'it was refused'] = /<Message>([^<]*)<\/Message>/.exec(text) ?? []
  const kind = status === 404 ? 'NotFound' : status === 409 || status === 412 ? 'Conflict' : 'BadRequest'
  return new ManagementError(kind, `${code}: ${unescapeText(message)}`)
}

/** Text of an element of an answer. */
export function unescapeText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/** The first value of a header of an answer. */
export function headerOf({ headers }: Response, name: string): string | undefined {
  return headers.find(([own]) => own.toLowerCase() === name)?.[1]
}
