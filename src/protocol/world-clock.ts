import type { Clock } from './clock.ts'

/** `frozen` stands still until it is moved; `running` goes on as the machine's clock does, maybe at a distance from it. */
export type ClockMode = 'running' | 'frozen'

/** Milliseconds. */
export interface ClockState {
  readonly mode: ClockMode
  readonly now: number
  /** The machine's time. */
  readonly wall: number
  /** The one less the other. */
  readonly offsetMs: number
}

/** What a clock needs to know after a restart. */
export interface KeptClock {
  readonly mode: ClockMode
  readonly offsetMs: number
  /** No instant above it was given out. */
  readonly highest: number
}

/** Where it is kept. */
export interface ClockMemory {
  load(): KeptClock | undefined
  save(kept: KeptClock): Promise<void>
}

/** Where a clock is set to: an instant, or a distance from the machine's time; neither: it stays where it is. */
export interface ClockChange {
  readonly mode: ClockMode
  readonly now?: number | undefined
  readonly offsetMs?: number | undefined
}

/** The world's clock. What moves it resolves once that is durable. */
export interface WorldClock extends Clock {
  state(): ClockState
  /** `backwards`: refused, since world time never goes back. */
  set(change: ClockChange): Promise<'set' | 'backwards'>
  /** Moves world time to an instant: a frozen clock stands there, a running one goes on from there. */
  advanceTo(instant: number): Promise<'set' | 'backwards'>
  /** The instant at which a new history begins. */
  origin(): number
  /** Begins a new history there: the one exception to never going back, for a reset. */
  restart(origin: number): Promise<void>
  /** Goes on where the clock stood that is kept there, and keeps this one there from now on. */
  keepIn(memory: ClockMemory): void
  /** Keeps where it stands exactly: at a shutdown. */
  flush(): Promise<void>
}

export interface WorldClockOptions {
  /** World time starts there, frozen. undefined: at the machine's time, running. */
  readonly start?: number | undefined
  /** Whether wall time is the machine's (`state`), or follows world time as well (`everything`). */
  readonly scope: 'state' | 'everything'
  readonly machine?: () => number
}

/**
 * A running clock may give out instants up to this far above the one kept, so that it is kept once in a while and not for each instant; after
 * a restart it is ahead by so much at most, and stands still until the machine's time has caught up.
 */
const reservedMs = 1000

/** A step back of the machine's clock by less is waited out; by more, world time goes on from where it is. */
const toleratedStepMs = 1000

/** A clock without a memory, until it gets one. */
export function createWorldClock({ start, scope, machine = Date.now }: WorldClockOptions): WorldClock {
  let mode: ClockMode = start === undefined ? 'running' : 'frozen'
  let offsetMs = 0
  let highest = start ?? machine()
  let reserved = 0
  let memory: ClockMemory | undefined

  function save(upTo: number): Promise<void> {
    reserved = upTo
    return memory?.save({ mode, offsetMs, highest: upTo }) ?? Promise.resolve()
  }

  function now(): number {
    if (mode === 'frozen') return highest
    const behind = highest - (machine() + offsetMs)
    if (behind > 0) {
      if (behind <= toleratedStepMs) return highest
      offsetMs += behind
    } else {
      highest -= behind
    }
    // Nobody waits for it. Where the disk fails, the next one may be kept.
    if (highest > reserved - reservedMs / 2) save(highest + reservedMs).catch(() => undefined)
    return highest
  }

  async function moveTo(instant: number, nextMode: ClockMode): Promise<'set' | 'backwards'> {
    if (instant < now()) return 'backwards'
    mode = nextMode
    highest = instant
    offsetMs = instant - machine()
    await save(mode === 'frozen' ? highest : highest + reservedMs)
    return 'set'
  }

  return {
    now,
    wall: () => (scope === 'everything' ? now() : machine()),
    state() {
      const at = now()
      const wall = machine()
      return { mode, now: at, wall, offsetMs: at - wall }
    },
    set: ({ mode: nextMode, now: instant, offsetMs: offset }) =>
      moveTo(instant ?? (offset === undefined ? now() : machine() + offset), nextMode),
    advanceTo: instant => moveTo(instant, mode),
    origin: () => start ?? machine(),
    async restart(origin) {
      mode = start === undefined ? 'running' : 'frozen'
      offsetMs = 0
      highest = origin
      await save(highest)
    },
    keepIn(kept) {
      memory = kept
      const before = kept.load()
      if (!before) return
      mode = before.mode
      offsetMs = before.offsetMs
      highest = before.highest
      reserved = before.highest
    },
    flush: () => (memory ? save(now()) : Promise.resolve()),
  }
}
