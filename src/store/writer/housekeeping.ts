import type { BodyFiles } from '../bodies/files.ts'
import { chunkStatements, fileStatements, isBodyReferenced } from '../bodies/rows.ts'
import type { Database } from '../database.ts'

/** Work per slice: each takes a few milliseconds at most, and commands go first. */
const chunksPerSlice = 64
const bodiesPerSlice = 50
const pagesPerSlice = 64

/** Free pages (of 16 KiB) that are kept for reuse instead of making the file smaller. */
const keptFreePages = 2048

/** What the writer does when nobody waits for it. */
export interface Housekeeping {
  /** Deletes the bytes of these bodies, by and by. */
  deleteBodies(bodyIds: readonly number[]): void
  /** Looks for bodies with an id below `limit` that no row refers to. */
  findOrphans(limit: number): void
  /** Does a slice of what is due. false: nothing is, for now. */
  slice(): boolean
  /** There was work: after a second (`idleMs`) without any, the files are made smaller. */
  worked(): void
  stop(): void
}

export interface HousekeepingServices {
  readonly files: BodyFiles
  /** Whether a body is being received, or waits to be published. */
  readonly isStaged: (bodyId: number) => boolean
  /** Orphans go here, since somebody may be reading a body that was deleted a moment ago. */
  readonly release: (bodyIds: readonly number[]) => void
  /** Slices are due although nothing was asked. */
  readonly wake: () => void
  readonly idleMs?: number
}

/** Deletes bodies slice by slice, finds those that nobody refers to and gives free pages back to the disk. */
export function createHousekeeping(
  db: Database,
  { files, isStaged, release, wake, idleMs = 1000 }: HousekeepingServices,
): Housekeeping {
  const chunks = chunkStatements(db)
  const rows = fileStatements(db)
  const isReferenced = isBodyReferenced(db)
  const doomed: number[] = []
  let search: Iterator<void> | undefined
  let shrinks = false
  let timer: NodeJS.Timeout | undefined

  function deleteSlice(bodyId: number): void {
    // The row goes first: a file without one is found at the next start.
    if (rows.remove(bodyId)) files.remove(bodyId)
    if (chunks.deleteSome(bodyId, chunksPerSlice) < chunksPerSlice) doomed.shift()
  }

  function* searchOrphans(limit: number): Generator<void, void, undefined> {
    yield* searchRows(chunks.findBodyFrom, limit)
    yield* searchRows(rows.findBodyFrom, limit)
    for (const directory of files.directories()) {
      for (const bodyId of files.idsIn(directory)) {
        // Without a row nobody can be reading it.
        if (bodyId < limit && !rows.find(bodyId) && !isStaged(bodyId)) files.remove(bodyId)
      }
      files.tidy(directory)
      yield
    }
  }

  function* searchRows(
    findBodyFrom: (bodyId: number) => number | undefined,
    limit: number,
  ): Generator<void, void, undefined> {
    let from = 0
    while (from < limit) {
      const orphans: number[] = []
      for (let n = 0; n < bodiesPerSlice; n++) {
        from = findBodyFrom(from) ?? limit
        if (from >= limit) break
        if (!isReferenced(from)) orphans.push(from)
        from++
      }
      if (orphans.length > 0) release(orphans)
      yield
    }
  }

  function searchSlice(iterator: Iterator<void>): void {
    if (iterator.next().done) search = undefined
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
      else if (search) searchSlice(search)
      else if (shrinks) shrinkSlice()
      else return false
      return true
    },
    findOrphans(limit) {
      search = searchOrphans(limit)
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
