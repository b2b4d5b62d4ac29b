import type { Response } from '../../protocol/response.ts'
import { json } from './resource.ts'

/** The codes of refusals (world-model 1 and 9). */
const statuses = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  TooLarge: 413,
  InternalError: 500,
} as const

type ManagementCode = keyof typeof statuses

interface Extras {
  /** JSON Pointer into the body of the request, where one member is to blame. */
  readonly path?: string
  readonly headers?: Response['headers']
}

/** A refusal of the management API. The message names what is allowed. */
export class ManagementError extends Error {
  readonly code: ManagementCode
  readonly extras: Extras

  constructor(code: ManagementCode, message: string, extras: Extras = {}) {
    super(message)
    this.name = code
    this.code = code
    this.extras = extras
  }
}

/** `{"error": {code, message, path?}}`. */
export function refusal({ code, message, extras }: ManagementError): Response {
  const answer = json(statuses[code], { error: { code, message, path: extras.path } })
  return { ...answer, headers: [...answer.headers, ...(extras.headers ?? [])] }
}
