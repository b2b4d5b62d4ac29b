import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8 * 1024)
let used = pool.length

/**
 * Random bytes for ids. They are cut from a pool, since a call of the system's generator costs as much for one id as for a hundred; make
 * text of them before the next call, which may fill the pool anew.
 */
export function randomIdBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
