import { join } from 'node:path'
import { type Database, dataDirectoryError, openFile } from './database.ts'

export interface DirectoryLock {
  release(): void
}

/**
 * Takes the directory for this process. A held transaction on a file of its own is the lock: it dies with the process, which a pid file
 * does not (in a container every process is 1), and it leaves our own reader of the data alone.
 * Throws DataDirectoryError: `in-use` when another process, or this one, has it already.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'lock.sqlite')
  let db: Database | undefined
  try {
    db = openFile(file, 0)
    // Nothing is written, so no journal file is needed.
    db.pragma('journal_mode = memory')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    throw dataDirectoryError(file, error)
  }
  const held = db
  return { release: () => held.close() }
}
