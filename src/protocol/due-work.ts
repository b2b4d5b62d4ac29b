import type { WorldClock } from './world-clock.ts'

/** Something that happens at an instant of world time: an operation that ends, routes that take effect, a replica that is due. */
export interface DueItem {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly kind: string
  /** For people: which operation, whose routes. */
  readonly what: string
  /** Why it fails, when it does. */
  readonly failure?: string
}

/** A kind of work that falls due by world time. Of items of one instant, kinds registered first come first. */
export interface DueWork {
  /**
   * All items of the earliest instant after world time `after` at which any falls due, in the order in which they were admitted; []: there
   * are none.
   */
  nextDue(after: number): readonly DueItem[]
  /**
   * Does what is due at `at` or before, and what that brings about. World time is `at`. Absent where state is derived from the clock and
   * nothing need be done.
   */
  runDue?(at: number): Promise<void>
}

/** What `advance` did. */
export interface Advanced {
  /** In order of due times, at most 1,000. */
  readonly ran: readonly DueItem[]
  readonly total: number
}

/** All work that falls due, over all kinds. */
export interface DueLog {
  register(work: DueWork): void
  /** The first that falls due from now on; undefined: nothing. */
  nextDue(): DueItem | undefined
  /**
   * Moves world time to `to`, stopping at each instant at which something falls due, and resolves when all of it is done: however long the
   * leap, the order is that of a clock that runs. undefined: `to` lies in the past, nothing was done. One at a time: the next one waits.
   */
  advance(to: number): Promise<Advanced | undefined>
}

const mostListed = 1000

export function createDueLog(clock: WorldClock): DueLog {
  const kinds: DueWork[] = []
  let last: Promise<unknown> = Promise.resolve()

  /** What falls due next after `after`, at one instant. */
  function next(after: number): DueItem[] {
    const items = kinds.flatMap(work => work.nextDue(after))
    const at = Math.min(...items.map(item => item.at))
    return items.filter(item => item.at === at)
  }

  async function advance(to: number): Promise<Advanced | undefined> {
    let after = clock.now()
    if (to < after) return undefined
    const ran: DueItem[] = []
    let total = 0
    for (;;) {
      const items = next(after)
      const at = items[0]?.at
      if (at === undefined || at > to) break
      // A running clock may be there by itself.
      await clock.advanceTo(at)
      for (const work of kinds) await work.runDue?.(at)
      ran.push(...items.slice(0, mostListed - ran.length))
      total += items.length
      after = at
    }
    await clock.advanceTo(to)
    return { ran, total }
  }

  return {
    register: work => {
      kinds.push(work)
    },
    nextDue: () => next(clock.now())[0],
    advance(to) {
      const done = last.then(() => advance(to))
      last = done.catch(() => undefined)
      return done
    },
  }
}
