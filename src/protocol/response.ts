/** An answer before it becomes bytes on a socket. Listeners write it; `inject` in tests reads it. */
export interface Response {
  readonly status: number
  /** In wire order. Names as AWS writes them. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Text is UTF-8. A stream is written chunk by chunk, yielding between chunks. Undefined: no body. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** No answer at all: the connection is closed. */
  readonly isCut?: true
}

/** What a body throws that is to break off: the connection is closed, and nothing is wrong here. */
export class BrokenOff extends Error {}
