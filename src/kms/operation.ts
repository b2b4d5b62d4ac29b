import type { Caller } from '../protocol/caller.ts'
import type { KeyWorld } from './keys.ts'

/** A JSON object. */
export type Document = Readonly<Record<string, unknown>>

/** What an operation of KMS works with. One per request. */
export interface KmsContext {
  readonly caller: Exclude<Caller, { kind: 'anonymous' }>
  readonly world: KeyWorld
  /** Region called. */
  readonly region: string
  /** Throws AccessDeniedException unless the identity policies of the caller allow the operation on this: an ARN, or `*`. */
  readonly authorize: (resource: string) => void
}

/** An operation of KMS. */
export interface KmsOperation {
  readonly name: string
  handle(input: Document, context: KmsContext): Document
}
