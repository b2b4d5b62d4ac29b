import type { MrapPolicy } from './rows.ts'

/** The policy that decides requests at `now`: the newest that has reached every Region. undefined: none yet. `policies`: newest last. */
export function establishedPolicy(policies: readonly MrapPolicy[], now: number): string | undefined {
  return policies.findLast(({ establishedAt }) => establishedAt <= now)?.policy
}

/** The policy submitted last; equal to the established one once it is everywhere. undefined: none was ever accepted. */
export function proposedPolicy(policies: readonly MrapPolicy[]): string | undefined {
  return policies.at(-1)?.policy
}
