import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const keyBytes = 32

/**
 * The key that seals session tokens: in a file of the data directory, made at the first use. The directory belongs to this process alone,
 * so nobody else makes one at the same time.
 */
export function sealingKeyIn(dataDir: string): () => Buffer {
  const file = join(dataDir, 'sts.key')
  let key: Buffer | undefined
  return () => {
    key ??= readKey(file) ?? newKey(file)
    return key
  }
}

function readKey(file: string): Buffer | undefined {
  try {
    const key = Buffer.from(readFileSync(file, 'utf8'), 'hex')
    // Half a file is what a crash leaves.
    return key.length === keyBytes ? key : undefined
  } catch {
    return undefined
  }
}

function newKey(file: string): Buffer {
  const key = randomBytes(keyBytes)
  writeFileSync(file, key.toString('hex'), { mode: 0o600 })
  return key
}
