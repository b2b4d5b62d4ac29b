import type { DigestName, DigestValues } from '../../protocol/request/digests.ts'
import type { ObjectVersion } from '../rows.ts'

/** The bytes of objects and parts. A seam: another store of bytes can stand here. */
export interface Bodies {
  /**
   * Begins a body. md5 is always computed; `digests` names what else. Small bodies wait in memory for the write that publishes them,
   * unless `leaves` is set: then their bytes leave it at once, too, for whoever stages many before the write. `size`: as expected.
   */
  stage(options: {
    readonly digests: readonly DigestName[]
    readonly leaves?: boolean
    readonly size?: number | undefined
  }): StagedBody
  /**
   * Bytes `start` to `end` (inclusive) of a stored version, in pieces of at most 256 KiB, one event-loop turn apart. The bytes stay
   * readable until the iterator ends or is returned, even if the version is deleted meanwhile: call it in the same tick as the look-up.
   * Throws when the version is gone or the range is not within it. Whoever calls it iterates, or calls `return` of the iterator.
   */
  read(version: ObjectVersion, range?: { readonly start: number; readonly end: number }): ByteStream
}

/** Bytes in pieces. Whoever is done with a piece may give it back, so that its memory holds a later one; others keep what they got. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** All of them, of a small body: who takes these need not iterate. */
  readonly whole?: Uint8Array
  reuse?(piece: Uint8Array): void
}

/** A body being received; nobody sees it. It must be sealed and published, or discarded; what a crash leaves is removed at start. */
export interface StagedBody {
  /** Resolves when there is room for more. The bytes are copied before it returns. Rejects once the body failed or was discarded. */
  append(bytes: Uint8Array): Promise<void>
  seal(): Promise<SealedBody>
  /** Drops the bytes unless a write has published them; harmless after that and when called twice. */
  discard(): Promise<void>
}

export interface SealedBody {
  readonly size: number
  readonly digests: DigestValues
  /** Small bodies travel with the write that publishes them... */
  readonly inline?: Uint8Array
  /** ...large ones are chunk rows under this id. */
  readonly bodyId?: number
}
