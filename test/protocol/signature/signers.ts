import type { Credential } from '../../../src/protocol/caller.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { parseAmzDate } from '../../../src/protocol/signature/amz-date.ts'
import * as sign from '../../helpers/sign.ts'
import { rawRequest } from './requests.ts'

// The signers of the helpers, which are not ours, for what the verifier judges: requests that never were on a wire.

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
  body: '',
}

/** Signs with SigV4, in the header. */
export function signV4(credential: Credential, toSign: ToSign): RawRequest {
  const { unsigned, scope, body } = read(credential, toSign)
  return rawRequest({ ...unsigned, headers: sign.signV4(unsigned, scope), body })
}

/** The same, as a presigned URL. */
export function presignV4(credential: Credential, toSign: ToSign, expiresSeconds = 900): RawRequest {
  const { unsigned, scope, body } = read(credential, toSign)
  const headers = Object.entries({ Host: unsigned.host, ...unsigned.headers })
  return rawRequest({
    method: unsigned.method,
    target: sign.presignV4(unsigned, scope, expiresSeconds),
    headers,
    body,
  })
}

/** Signs with SigV4A, in the header; `region` is the Region set. */
export async function signV4a(credential: Credential, toSign: ToSign): Promise<RawRequest> {
  const { unsigned, scope, body } = read(credential, { region: '*', ...toSign })
  return rawRequest({ ...unsigned, headers: await sign.signV4a(unsigned, scope), body })
}

function read({ accessKeyId, secretAccessKey, sessionToken }: Credential, toSign: ToSign) {
  const { method, target, headers: sent, host, region, date, body } = { ...defaults, ...toSign }
  const { 'x-amz-content-sha256': payload = sign.sha256(body), ...headers }: Record<string, string> = { ...sent }
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
  return {
    unsigned: { method, target, host, headers, payload },
    scope: { keys, region, now: parseAmzDate(date) ?? Number.NaN },
    body,
  }
}
