import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of this process alone. */
export interface TemporaryDirectory {
  readonly path: string
  /** Removes it, with what is in it. */
  remove(): void
}

const directories = new Set<string>()

/** Makes a directory that is gone when the process ends, however it ends short of being killed, if it was not removed before. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'mrap-local-'))
  if (directories.size === 0) process.on('exit', removeAll)
  directories.add(path)
  return {
    path,
    remove: () => {
      removeTree(path)
      directories.delete(path)
      if (directories.size === 0) process.off('exit', removeAll)
    },
  }
}

function removeAll(): void {
  for (const path of directories) removeTree(path)
}

function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}
