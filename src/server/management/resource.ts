import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import type { ManagementServices } from './services.ts'

/** One call of the management API. */
export interface Call {
  readonly request: RawRequest
  /** What the braces of the route matched, percent-decoded once. */
  readonly labels: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The body as JSON, whatever its Content-Type says; undefined when there is none. Throws BadRequest or TooLarge. */
  json(): Promise<unknown>
}

/** What one method does at one path. A resource is a list of them, in a file of its own. */
export interface Endpoint {
  /** Such as `GET /_mrap/v1/regions/{region}`; `{key+}` may hold slashes. A HEAD is served by GET's endpoint. */
  readonly route: string
  /** One line for the OpenAPI document. */
  readonly summary: string
  /** What the body has to be: a schema, as in the OpenAPI document. Whoever reads the body checks it. */
  readonly body?: object
  /** Bodies that are accepted. */
  readonly examples?: readonly unknown[]
  /** True for what replaces the whole state: meanwhile other calls are refused. */
  readonly replacesState?: true
  /** True for what is asked for before anybody can have the token. */
  readonly isOpen?: true
  /** Throws ManagementError. */
  answer(call: Call, services: ManagementServices): Response | Promise<Response>
}

/** A JSON document as answer. */
export function json(status: number, body: unknown): Response {
  const headers = [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
  ] as const
  return { status, headers, body: `${JSON.stringify(body)}\n` }
}
