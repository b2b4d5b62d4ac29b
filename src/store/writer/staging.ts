import { createDigests, type Digests } from '../../protocol/request/digests.ts'
import { blockDigest } from '../bodies/block-digest.ts'
import type { BodyFiles, NewBodyFile } from '../bodies/files.ts'
import { digestList } from '../bodies/rows.ts'
import type { Message, Sealed } from './messages.ts'

interface Staged {
  readonly digests: Digests
  readonly blocks: number[]
  size: number
  file: NewBodyFile | undefined
  isSealed: boolean
}

/** A body whose bytes are all in its file. */
export interface SealedFile {
  readonly size: number
  /** What its row keeps of its blocks. */
  readonly digests: Uint8Array
  /** For small ones. */
  read(): Uint8Array
}

/** Bodies that are being received or wait to be published. */
export interface Staging {
  begin(message: Message & { kind: 'begin' }): void
  /** Hashes and writes one chunk. Throws for a body that is not staged (any more), and when the disk does not take it. */
  append(message: Message & { kind: 'chunk' }): void
  seal(bodyId: number): Sealed
  /** Its file goes, if it has one. */
  discard(bodyId: number): void
  /** Whether this body has a file, but no row yet. */
  holds(bodyId: number): boolean
  /** undefined: not sealed, discarded or published. */
  findSealed(bodyId: number): SealedFile | undefined
  /** A row owns this body now. */
  published(bodyId: number): void
}

export function createStaging(files: BodyFiles): Staging {
  const bodies = new Map<number, Staged>()

  function staged(bodyId: number): Staged {
    const body = bodies.get(bodyId)
    if (!body || body.isSealed) throw new Error(`body ${bodyId} is not being received`)
    return body
  }

  function readWhole(bodyId: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size)
    const file = files.open(bodyId)
    const length = file?.read(bytes, 0)
    file?.close()
    if (length !== size) throw new Error(`body ${bodyId} is gone`)
    return bytes
  }

  function closeFile(body: Staged): void {
    body.file?.close()
    body.file = undefined
  }

  return {
    begin({ bodyId, digests }) {
      const body = {
        digests: createDigests(['md5', ...digests]),
        blocks: [],
        size: 0,
        file: undefined,
        isSealed: false,
      }
      bodies.set(bodyId, body)
    },
    append({ bodyId, buffer, length }) {
      const body = staged(bodyId)
      const bytes = new Uint8Array(buffer, 0, length)
      body.file ??= files.create(bodyId)
      body.file.append(bytes)
      body.blocks.push(blockDigest(bytes))
      body.digests.update(bytes)
      body.size += length
    },
    seal(bodyId) {
      const body = staged(bodyId)
      closeFile(body)
      body.isSealed = true
      return { size: body.size, digests: body.digests.values() }
    },
    discard(bodyId) {
      const body = bodies.get(bodyId)
      if (!body) return
      closeFile(body)
      bodies.delete(bodyId)
      files.remove(bodyId)
    },
    holds: bodyId => bodies.has(bodyId),
    findSealed(bodyId) {
      const body = bodies.get(bodyId)
      if (!body?.isSealed) return undefined
      const { size, blocks } = body
      return { size, digests: digestList(blocks), read: () => readWhole(bodyId, size) }
    },
    published: bodyId => {
      bodies.delete(bodyId)
    },
  }
}
