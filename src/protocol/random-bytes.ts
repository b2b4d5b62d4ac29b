import { type Cipher, createCipheriv, hash, randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8 * 1024)
const zeros = Buffer.alloc(pool.length)
let used = pool.length
let seeded: Cipher | undefined

/**
 * Random bytes for ids. They are cut from a pool, since a call of the system's generator costs as much for one id as for a hundred; make
 * text of them before the next call, which may fill the pool anew.
 */
export function randomIdBytes(count: number): Buffer {
  if (used + count > pool.length) {
    if (seeded) seeded.update(zeros).copy(pool)
    else randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}

/** A number below `below`, which is at most 256, for a letter of an id. */
export function randomIdIndex(below: number): number {
  // Bytes at the end, of which there is no whole number of rounds, would favour the first letters.
  const fair = 256 - (256 % below)
  for (;;) {
    const [byte = 0] = randomIdBytes(1)
    if (byte < fair) return byte % below
  }
}

/** An id in the form of a UUID of version 4. */
export function randomIdUuid(): string {
  const hex = randomIdBytes(16).toString('hex')
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/**
 * From now on the ids of this process follow from a seed (`MRAP_SEED`), or are random again. Of several emulators in one process the last
 * that was started decides. Nothing that must not be guessed comes from here.
 */
export function seedIds(seed: string | undefined): void {
  used = pool.length
  const key = seed === undefined ? undefined : Buffer.from(hash('sha256', `ids of ${seed}`, 'hex'), 'hex')
  seeded = key && createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
}
