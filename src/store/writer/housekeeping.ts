import { chunkStatements, isBodyReferenced } from '../body-rows.ts'
import type { Database } from '../database.ts'

/** Work per slice: each takes a few milliseconds at most, and commands go first. */
const chunksPerSlice = 64
const bodiesPerSlice = 50
const pagesPerSlice = 64

/** Free pages (of 16 KiB) that are kept for reuse instead of making the file smaller. */
const keptFreePages = 2048

/** What the writer does when nobody waits for it. */
export interface Housekeeping {
  /** Deletes the chunks of these bodies, by and by. */
  deleteBodies(bodyIds: readonly number[]): void
  /** Looks for bodies with an id below `limit` that no row refers to. */
  findOrphans(limit: number): void
  /** Does a slice of what is due. false: nothing is, for now. */
  slice(): boolean
  /** There was work: after a second (`idleMs`) without any, the files are made smaller. */
  worked(): void
  stop(): void
}

/**
 * Deletes chunks slice by slice, finds bodies that nobody refers to and gives free pages back to the disk. Orphans go through `release`,
 * since somebody may be reading a body that was deleted a moment ago. `wake` is called when slices are due although nothing was asked.
 */
export function createHousekeeping(
  db: Database,
  {
    release,
    wake,
    idleMs = 1000,
  }: { readonly release: (bodyIds: readonly number[]) => void; readonly wake: () => void; readonly idleMs?: number },
): Housekeeping {
  const chunks = chunkStatements(db)
  const isReferenced = isBodyReferenced(db)
  const doomed: number[] = []
  let orphansFrom = 0
  let orphansEnd = 0
  let shrinks = false
  let timer: NodeJS.Timeout | undefined

  function deleteSlice(bodyId: number): void {
    if (chunks.deleteSome(bodyId, chunksPerSlice) < chunksPerSlice) doomed.shift()
  }

  function orphanSlice(): void {
    const orphans: number[] = []
    for (let n = 0; n < bodiesPerSlice; n++) {
      const bodyId = chunks.findBodyFrom(orphansFrom)
      if (bodyId === undefined || bodyId >= orphansEnd) {
        orphansFrom = orphansEnd
        break
      }
      if (!isReferenced(bodyId)) orphans.push(bodyId)
      orphansFrom = bodyId + 1
    }
    if (orphans.length > 0) release(orphans)
  }

  function shrinkSlice(): void {
    const free = db.pragma('freelist_count', { simple: true }) as number
    if (free > keptFreePages) {
      db.pragma(`incremental_vacuum(${pagesPerSlice})`)
      return
    }
    shrinks = false
    db.pragma('wal_checkpoint(truncate)')
  }

  return {
    deleteBodies: bodyIds => {
      doomed.push(...bodyIds)
    },
    slice() {
      const [next] = doomed
      if (next !== undefined) deleteSlice(next)
      else if (orphansFrom < orphansEnd) orphanSlice()
      else if (shrinks) shrinkSlice()
      else return false
      return true
    },
    findOrphans(limit) {
      orphansFrom = 0
      orphansEnd = limit
    },
    worked() {
      timer ??= setTimeout(() => {
        shrinks = true
        wake()
      }, idleMs).unref()
      timer.refresh()
    },
    stop: () => clearTimeout(timer),
  }
}
