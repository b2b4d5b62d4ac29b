import { Readable } from 'node:stream'
import type { Credential } from '../../../src/protocol/caller.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import { type HeaderPairs, readHeaders } from '../../../src/protocol/request/headers.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'

export interface RequestParts {
  readonly method?: string
  /** Raw path and query. */
  readonly target?: string
  readonly headers?: HeaderPairs
  /** Whole, or in the pieces it arrives in. */
  readonly body?: Uint8Array | string | readonly Uint8Array[]
}

/** A request as a listener would make it. A body without framing headers gets its Content-Length, since HTTP has none otherwise. */
export function rawRequest({ method = 'GET', target = '/', headers = [], body = '' }: RequestParts): RawRequest {
  const question = target.indexOf('?')
  const pieces = typeof body === 'string' ? [Buffer.from(body)] : body instanceof Uint8Array ? [body] : body
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const isFramed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  const read = readHeaders(isFramed || length === 0 ? headers : [...headers, ['Content-Length', String(length)]])
  return Object.freeze({
    method,
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers: read,
    host: read.get('host')?.toLowerCase() ?? '',
    viaProxy: false,
    door: 'http' as const,
    remoteAddress: '127.0.0.1',
    body: Readable.from(pieces.filter(piece => piece.length > 0)),
    sendContinue: () => {},
  })
}

export function credential(parts: Partial<Credential> = {}): Credential {
  const accessKeyId = parts.accessKeyId ?? 'AKIDEXAMPLE'
  return {
    accessKeyId,
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    caller: { kind: 'root', accountId: '111122223333', accessKeyId },
    ...parts,
  }
}

/** The refusal that a call ends with; undefined when it does not. Anything else that is thrown is passed on. */
export function refusal(call: () => unknown): AwsError | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** The same for a promise. */
export async function rejection(promise: Promise<unknown>): Promise<AwsError | undefined> {
  try {
    await promise
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}
