import type { Clock } from './clock.ts'
import { type AwsError, errors } from './errors.ts'
import type { AnyOperation } from './operation.ts'
import type { Response } from './response.ts'
import { encodeOutput } from './xml/encode.ts'
import { errorBody } from './xml/error-body.ts'

type HeaderList = (readonly [name: string, value: string])[]

/** What is known of an answer while its request is served; every exit, good or bad, is written from it. */
export interface Answer {
  requestId: string
  readonly hostId: string
  readonly clock: Clock
  /** Grows as steps learn more: which Region serves, why. */
  readonly headers: HeaderList
  plane?: string
  operation?: string
  bucket?: string | undefined
  /** Where the client says that it stands; undefined: it does not. */
  clientRegion?: string | undefined
  region?: string | undefined
  caller?: string
  accessKeyId?: string
  code?: string
  /** What goes wrong with it on purpose. */
  hit?: { readonly names: readonly string[]; after(response: Response): Response }
}

/** What S3 puts last on every answer. */
const serverHeader = ['Server', 'AmazonS3'] as const

let shownSecond = Number.NaN
let shownDate = ''

/** A time as the header `Date` has it. Kept for the second it is good for: every answer has one. */
export function httpDate(time: number): string {
  const second = Math.floor(time / 1000)
  if (second !== shownSecond) {
    shownSecond = second
    shownDate = new Date(time).toUTCString()
  }
  return shownDate
}

/** Headers that S3 puts first on every answer. */
function answerHeaders(answer: Answer): HeaderList {
  const wall = answer.clock.wall()
  return [
    ['x-amz-id-2', answer.hostId],
    ['x-amz-request-id', answer.requestId],
    ['Date', httpDate(wall)],
    ...clockHeader(answer.clock.now() - wall),
    ...answer.headers,
  ]
}

/** Whoever reads a date of the world beside `Date` is told how far they are apart. */
function clockHeader(differenceMs: number): HeaderList {
  const seconds = Math.trunc(differenceMs / 1000)
  return seconds === 0 ? [] : [['x-mrap-clock', `${seconds > 0 ? '+' : ''}${seconds}s`]]
}

/** A refusal as a response; undefined: InternalError. HEAD and 304 carry no body. */
export function errorAnswer(
  error: AwsError = errors.InternalError(),
  envelope: 'flat' | 'wrapped',
  method: string,
  answer: Answer,
): Response {
  answer.code = error.code
  const headers = answerHeaders(answer)
  const isSaid = (name: string) => answer.headers.some(([said]) => said === name)
  for (const [name, value] of Object.entries(error.headers)) if (!isSaid(name)) headers.push([name, value])
  if (error.hint) headers.push(hintHeader(error.hint))
  if (error.status === 304) return { status: 304, headers: [...headers, serverHeader] }
  headers.push(['Content-Type', 'application/xml'], serverHeader)
  if (method === 'HEAD') return { status: error.status, headers }
  return { status: error.status, headers, body: errorBody(error, envelope, answer.requestId, answer.hostId) }
}

/** What an operation returned as a response. A complete `Response` keeps its status, headers and body. */
export function outputAnswer(
  operation: AnyOperation<never>,
  output: unknown,
  plane: { readonly namespace: string },
  answer: Answer,
): Response {
  const headers = answerHeaders(answer)
  if (isResponse(output)) return { ...output, headers: [...headers, ...output.headers, serverHeader] }
  const encoded = encodeOutput(operation.output, output, {
    rootName: `${operation.name}Result`,
    namespace: plane.namespace,
  })
  return {
    status: encoded.status ?? operation.status ?? 200,
    headers: [...headers, ...encoded.headers, serverHeader],
    body: encoded.body,
  }
}

function isResponse(output: unknown): output is Response {
  return typeof output === 'object' && output !== null && 'status' in output && 'headers' in output
}

/** A hint as a header: visible ASCII only; anything else in it becomes `?`. */
export function hintHeader(hint: string): readonly [name: string, value: string] {
  return ['x-mrap-hint', hint.replace(/[^\x20-\x7e]/g, '?')]
}
