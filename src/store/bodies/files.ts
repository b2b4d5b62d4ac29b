import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, rmdirSync, unlink, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Files per directory: none grows so long that to list it holds anybody up. */
const idsPerDirectory = 1000

/** The files of large bodies, `<thousands>/<body id>`. They are written and removed by the writer thread, and read by the main thread. */
export interface BodyFiles {
  /** Begins a file; one of the same name, left by a process that was killed, is overwritten. */
  create(bodyId: number): NewBodyFile
  /** For reading; undefined: there is no such file. */
  open(bodyId: number): BodyFile | undefined
  /** Removes a file by and by, if it is there. What cannot be removed stays for the next start to find. */
  remove(bodyId: number): void
  /** 0: there are no files. */
  highestId(): number
  /** Directories by number, ascending. */
  directories(): number[]
  idsIn(directory: number): number[]
  /** Removes a directory if it is empty. */
  tidy(directory: number): void
}

export interface NewBodyFile {
  append(bytes: Uint8Array): void
  /** Everything is with the operating system, which a killed process does not take along; with `syncs`, on the disk. */
  close(): void
}

export interface BodyFile {
  /** Fills `bytes` from `position` on; returns how many came before the end of the file. */
  read(bytes: Uint8Array, position: number): number
  close(): void
}

/** `syncs`: what was closed survives a power cut, its name included. */
export function bodyFilesIn(root: string, { syncs = false } = {}): BodyFiles {
  const directoryOf = (bodyId: number) => Math.floor(bodyId / idsPerDirectory)
  const pathOf = (directory: number) => join(root, String(directory))
  const fileOf = (bodyId: number) => join(pathOf(directoryOf(bodyId)), String(bodyId))
  const idsIn = (directory: number) => numbersIn(pathOf(directory))
  const directories = () => numbersIn(root)

  function openNew(bodyId: number): number {
    const open = () => openSync(fileOf(bodyId), 'w', 0o600)
    try {
      return open()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      mkdirSync(pathOf(directoryOf(bodyId)), { recursive: true, mode: 0o700 })
      return open()
    }
  }

  return {
    create(bodyId) {
      const file = openNew(bodyId)
      return {
        append(bytes) {
          // A disk that is nearly full takes a part of it.
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
        },
        close() {
          if (syncs) fsyncSync(file)
          closeSync(file)
          if (syncs) for (const path of [pathOf(directoryOf(bodyId)), root]) syncDirectory(path)
        },
      }
    },
    open(bodyId) {
      let file: number
      try {
        file = openSync(fileOf(bodyId), 'r')
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
      return {
        read(bytes, position) {
          let length = 0
          while (length < bytes.length) {
            const count = readSync(file, bytes, length, bytes.length - length, position + length)
            if (count === 0) break
            length += count
          }
          return length
        },
        close: () => closeSync(file),
      }
    },
    remove: bodyId => unlink(fileOf(bodyId), () => undefined),
    highestId() {
      for (const directory of directories().reverse()) {
        const last = idsIn(directory).at(-1)
        if (last !== undefined) return last
      }
      return 0
    },
    directories,
    idsIn,
    tidy(directory) {
      try {
        rmdirSync(pathOf(directory))
      } catch {
        // There are files in it.
      }
    },
  }
}

/** Windows keeps names safe by itself, and opens no directories. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** The names in a directory that are numbers, ascending; none where there is no such directory. */
function numbersIn(path: string): number[] {
  let names: string[]
  try {
    names = readdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  return names
    .filter(name => /^\d{1,15}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
