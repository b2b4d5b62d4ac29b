/** Time is a port: state changes are derived from stored times and `now()`, so a test moves time instead of waiting. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export interface ManualClock extends Clock {
  advance(milliseconds: number): void
  set(milliseconds: number): void
}

/** A clock that stands still until it is moved. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start
  return {
    now: () => now,
    advance: milliseconds => {
      now += milliseconds
    },
    set: milliseconds => {
      now = milliseconds
    },
  }
}
