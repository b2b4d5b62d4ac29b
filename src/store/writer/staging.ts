import { createDigests, type Digests } from '../../protocol/request/digests.ts'
import { chunkBytes, chunkStatements } from '../body-rows.ts'
import type { Database } from '../database.ts'
import type { Message, Sealed } from './messages.ts'

interface Staged {
  readonly digests: Digests
  size: number
  isSealed: boolean
}

/** Bodies that are being received or wait to be published. */
export interface Staging {
  begin(message: Message & { kind: 'begin' }): void
  /** Hashes and writes one chunk in a transaction of its own. Throws for a body that is not staged (any more). */
  append(message: Message & { kind: 'chunk' }): void
  seal(bodyId: number): Sealed
  /** Whether there was something to drop. Its chunks are left to be deleted. */
  discard(bodyId: number): boolean
  /** undefined: not sealed, discarded or published. */
  sealedSize(bodyId: number): number | undefined
  /** A row owns this body now. */
  published(bodyId: number): void
}

/** For the writer's connection. */
export function createStaging(db: Database): Staging {
  const bodies = new Map<number, Staged>()
  const chunks = chunkStatements(db)

  function staged(bodyId: number): Staged {
    const body = bodies.get(bodyId)
    if (!body || body.isSealed) throw new Error(`body ${bodyId} is not being received`)
    return body
  }

  return {
    begin: ({ bodyId, digests }) => {
      bodies.set(bodyId, { digests: createDigests(['md5', ...digests]), size: 0, isSealed: false })
    },
    append({ bodyId, buffer, length }) {
      const body = staged(bodyId)
      const bytes = new Uint8Array(buffer, 0, length)
      // The last chunk alone is short, so the size tells the number of the next one.
      chunks.insert(bodyId, body.size / chunkBytes, bytes)
      body.digests.update(bytes)
      body.size += length
    },
    seal(bodyId) {
      const body = staged(bodyId)
      body.isSealed = true
      return { size: body.size, digests: body.digests.values() }
    },
    discard: bodyId => bodies.delete(bodyId),
    sealedSize(bodyId) {
      const body = bodies.get(bodyId)
      return body?.isSealed ? body.size : undefined
    },
    published: bodyId => {
      bodies.delete(bodyId)
    },
  }
}
