import { createHash } from 'node:crypto'

/** A number from 0 up to, but not including, 1. Each call draws the next. Nothing that must not be guessed comes from here. */
export type Random = () => number

/** The same numbers for the same seed; without one, others each time. */
export function createRandom(seed: string | undefined): Random {
  if (seed === undefined) return Math.random
  let drawn = 0
  return () => {
    const digest = createHash('sha256').update(`${seed}:${drawn++}`).digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }
}
