/** An answer before it becomes bytes on a socket. Listeners write it; `inject` in tests reads it. */
export interface Response {
  readonly status: number
  /** In wire order. Names as AWS writes them. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Text is UTF-8. Undefined: no body. */
  readonly body?: string | Uint8Array | ByteStream | undefined
  /** No answer at all: the connection is closed. */
  readonly isCut?: true
}

/** Bytes in pieces, a turn of the event loop apart, since a fast reader would take one after the other for ever. What has been written is given back where `reuse` is there, and is then not looked at again. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  reuse?(piece: Uint8Array): void
}

/** What a body throws that is to break off: the connection is closed, and nothing is wrong here. */
export class BrokenOff extends Error {}
