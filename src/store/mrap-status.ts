import type { MultiRegionAccessPoint } from './rows.ts'

export type MrapStatus = 'CREATING' | 'READY' | 'DELETING'

/**
 * The life-cycle state of an MRAP at `now`, derived from its stored times. Rows that are gone are not found in the first place.
 *
 *   CREATING   from createdAt, until readyAt
 *   READY      from readyAt, until a delete is accepted
 *   DELETING   from deletingAt, until goneAt
 */
export function mrapStatus(
  { readyAt, deletingAt }: Pick<MultiRegionAccessPoint, 'readyAt' | 'deletingAt'>,
  now: number,
): MrapStatus {
  if (deletingAt !== undefined && deletingAt <= now) return 'DELETING'
  return readyAt <= now ? 'READY' : 'CREATING'
}
