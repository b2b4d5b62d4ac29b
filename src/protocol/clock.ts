/** Time is a port: state changes are derived from stored times and `now()`, so a test moves time instead of waiting. */
export interface Clock {
  /** World time, which every state is derived from: milliseconds since the epoch, UTC. It never goes back. */
  now(): number
  /** The time that authentication goes by: skew of signers, ends of presigned URLs and sessions, `Date` of answers. */
  wall(): number
}

/** The machine's time, for what is no part of the world. */
export const systemClock: Clock = { now: () => Date.now(), wall: () => Date.now() }

export interface ManualClock extends Clock {
  advance(milliseconds: number): void
  set(milliseconds: number): void
}

/** A clock that stands still until it is moved; world and wall time are one. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start
  return {
    now: () => now,
    wall: () => now,
    advance: milliseconds => {
      now += milliseconds
    },
    set: milliseconds => {
      now = milliseconds
    },
  }
}

/** Runs something once, after so much wall time, unless the function it returns is called before: what a client waits for is no state. */
export type Delay = (milliseconds: number, run: () => void) => () => void

/** Of Node. Does not hold the process. */
export const systemDelay: Delay = (milliseconds, run) => {
  const timer = setTimeout(run, milliseconds).unref()
  return () => clearTimeout(timer)
}
