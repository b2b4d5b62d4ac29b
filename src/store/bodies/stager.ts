import { createDigests, type DigestName } from '../../protocol/request/digests.ts'
import { errorOf } from '../writer/failures.ts'
import type { WriterLink } from '../writer/link.ts'
import type { Answer, Sealed } from '../writer/messages.ts'
import type { Bodies, SealedBody, StagedBody } from './body.ts'
import { chunkBytes, inlineBytes } from './rows.ts'

/** Chunks of one body on their way to the writer; fewer when many bodies are, so that all of them together stay within bounds. */
const window = 8
const crowdedWindow = 2
const crowd = 128

/** Buffers kept for reuse. */
const spareBuffers = 32

/** Receives bodies on the main thread. */
export interface BodyStager {
  readonly stage: Bodies['stage']
  /** The id of the next body. Ids below it were given out before. */
  nextBodyId(): number
  stored(answer: Answer & { kind: 'stored' }): void
  /** The writer is gone. */
  failed(error: Error): void
}

/** A body beyond the inline size, on its way to the writer. */
interface Transfer {
  /** Copies the bytes; full chunks go over at once. */
  write(bytes: Uint8Array): void
  /** Resolves when fewer chunks are on their way than the window allows. */
  room(): Promise<void>
  seal(): Promise<SealedBody>
  discard(): Promise<void>
}

/** What the transfers of all bodies share. */
interface Traffic {
  readonly link: WriterLink
  chunksOnTheirWay: number
  takeBuffer(): SharedArrayBuffer
  /** Both threads see the bytes, so that nothing is moved from one to the other; they are free again when the chunk is answered. */
  send(bodyId: number, buffer: SharedArrayBuffer, length: number): void
  readonly receivers: Map<number, { stored(error: Error | undefined): void }>
}

/** Bodies get ids from `firstBodyId` on. */
export function createBodyStager(link: WriterLink, firstBodyId: number): BodyStager {
  const spare: SharedArrayBuffer[] = []
  const sent: SharedArrayBuffer[] = []
  let next = firstBodyId
  const traffic: Traffic = {
    link,
    chunksOnTheirWay: 0,
    takeBuffer: () => spare.pop() ?? new SharedArrayBuffer(chunkBytes),
    send(bodyId, buffer, length) {
      link.post({ kind: 'chunk', bodyId, buffer, length })
      sent.push(buffer)
      traffic.chunksOnTheirWay++
    },
    receivers: new Map(),
  }
  return {
    stage({ digests, leaves = false, size = 0 }) {
      const kept = leaves ? 0 : inlineBytes
      const start = () => startTransfer(traffic, next++, digests)
      return stagedBody(digests, { keptBytes: kept, expectedBytes: size > kept ? 0 : size }, start)
    },
    nextBodyId: () => next++,
    stored({ bodyId, failure }) {
      const buffer = sent.shift()
      if (buffer && spare.length < spareBuffers) spare.push(buffer)
      traffic.chunksOnTheirWay--
      traffic.receivers.get(bodyId)?.stored(failure && errorOf(failure))
    },
    failed(error) {
      for (const receiver of traffic.receivers.values()) receiver.stored(error)
    },
  }
}

interface Expected {
  /** Larger bodies leave this thread. */
  readonly keptBytes: number
  /** 0: not known. */
  readonly expectedBytes: number
}

/** Small bodies stay here and are hashed at the end; what outgrows `keptBytes` moves on to a transfer. */
function stagedBody(
  digests: readonly DigestName[],
  { keptBytes, expectedBytes }: Expected,
  start: () => Transfer,
): StagedBody {
  let bytes = new Uint8Array(expectedBytes)
  let size = 0
  let transfer: Transfer | undefined
  let ended: 'sealed' | 'discarded' | undefined

  function keep(more: Uint8Array): void {
    if (size + more.length > bytes.length) {
      const larger = new Uint8Array(Math.max(size + more.length, Math.min(2 * size, inlineBytes)))
      larger.set(bytes.subarray(0, size))
      bytes = larger
    }
    bytes.set(more, size)
    size += more.length
  }

  return {
    async append(more) {
      if (ended) throw new Error(`the body was ${ended}`)
      if (!transfer && size + more.length <= keptBytes) return keep(more)
      if (!transfer) {
        transfer = start()
        transfer.write(bytes.subarray(0, size))
        bytes = new Uint8Array(0)
      }
      transfer.write(more)
      await transfer.room()
    },
    async seal() {
      if (ended) throw new Error(`the body was ${ended}`)
      ended = 'sealed'
      if (transfer) return transfer.seal()
      // A view of a larger buffer would take all of that along to the writer.
      const inline = bytes.length === size ? bytes : bytes.slice(0, size)
      const computed = createDigests(['md5', ...digests])
      computed.update(inline)
      return { size, digests: computed.values(), inline }
    },
    async discard() {
      ended = 'discarded'
      bytes = new Uint8Array(0)
      await transfer?.discard()
    },
  }
}

function startTransfer(traffic: Traffic, bodyId: number, digests: readonly DigestName[]): Transfer {
  const { link, receivers } = traffic
  let buffer: SharedArrayBuffer | undefined
  let filled = 0
  let onTheirWay = 0
  let failure: Error | undefined
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  receivers.set(bodyId, {
    stored(error) {
      onTheirWay--
      failure ??= error
      wake()
    },
  })
  link.post({ kind: 'begin', bodyId, digests })

  function send(): void {
    if (!buffer) return
    traffic.send(bodyId, buffer, filled)
    buffer = undefined
    filled = 0
    onTheirWay++
  }

  const limit = () => (traffic.chunksOnTheirWay > crowd ? crowdedWindow : window)

  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        buffer ??= traffic.takeBuffer()
        const piece = bytes.subarray(at, at + chunkBytes - filled)
        new Uint8Array(buffer).set(piece, filled)
        filled += piece.length
        at += piece.length
        if (filled === chunkBytes) send()
      }
    },
    async room() {
      while (!failure && onTheirWay >= limit()) {
        await new Promise<void>(resolve => {
          waiting.push(resolve)
        })
      }
      if (failure) throw failure
    },
    async seal() {
      send()
      const { size, digests } = (await link.request('seal', bodyId)) as Sealed
      receivers.delete(bodyId)
      if (failure) throw failure
      return { size, digests, bodyId }
    },
    async discard() {
      buffer = undefined
      receivers.delete(bodyId)
      // Without a writer there is nothing to drop: the next start removes what is left.
      await link.request('discard', bodyId).catch(() => undefined)
      failure ??= new Error('the body was discarded')
      wake()
    },
  }
}
