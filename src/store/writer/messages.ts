import type { DigestName, DigestValues } from '../../protocol/request/digests.ts'
import type { Durability } from '../database.ts'
import type { ReplicationDefaults } from '../replication/controls.ts'
import type { StoreWrites } from '../store.ts'
import type { Failure } from './failures.ts'

export interface WriterData {
  readonly file: string
  /** Where the files of large bodies are. */
  readonly bodies: string
  readonly durability: Durability
  readonly maxPages?: number | undefined
  /** Default: no lag. */
  readonly replication?: ReplicationDefaults | undefined
  /**
   * One Int32, 0 at first. The thread starts while the main thread still makes the tables, and waits until this is 1 before it opens the
   * file: starting a thread takes longer than all the rest.
   */
  readonly gate: SharedArrayBuffer
}

export type CommandName = keyof StoreWrites | 'reset' | 'close'

/** To the worker, in batches: what was asked in one turn of the main thread's event loop. Each with an `id` is answered. */
export type Message =
  | {
      readonly kind: 'command'
      readonly id: number
      readonly name: CommandName
      readonly parameters: readonly unknown[]
    }
  /** Bodies: `begin`, any number of `chunk` (256 KiB but for the last), then `seal` or `discard`. */
  | { readonly kind: 'begin'; readonly bodyId: number; readonly digests: readonly DigestName[] }
  | { readonly kind: 'chunk'; readonly bodyId: number; readonly buffer: SharedArrayBuffer; readonly length: number }
  | { readonly kind: 'seal'; readonly id: number; readonly bodyId: number }
  /** Drops a body that is staged or sealed and was not published. */
  | { readonly kind: 'discard'; readonly id: number; readonly bodyId: number }
  /** Released bodies that nobody reads any more. */
  | { readonly kind: 'delete'; readonly bodyIds: readonly number[] }

/** From the worker, in batches, after the commit. */
export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  /** A chunk was written, or was not. Chunks are answered in the order in which they came, whosoever they are. */
  | {
      readonly kind: 'stored'
      readonly bodyId: number
      readonly failure: Failure | undefined
    }
  /** No row refers to these bodies any more. */
  | { readonly kind: 'released'; readonly bodyIds: readonly number[] }

/** The value of `seal`. */
export interface Sealed {
  readonly size: number
  readonly digests: DigestValues
}
