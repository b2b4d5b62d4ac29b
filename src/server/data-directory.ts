import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from '../protocol/start-error.ts'
import { DataDirectoryError } from '../store/database.ts'
import { openStore, type StoreOptions } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { addonFault } from './native-addon.ts'

/** The data directory, or why it cannot be had, with the ways out (design 2.3). Throws StartError. */
export async function openDataDirectory(options: StoreOptions): Promise<Store> {
  try {
    return await openStore(options)
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw addonFault(error) ?? error
    throw addonFault(error.cause) ?? refusalOf(error, options.directory)
  }
}

function refusalOf(error: DataDirectoryError, directory: string): StartError {
  if (error.kind === 'in-use') {
    return new StartError(`${error.message}; stop the other process, or name another directory`, 75, 'MRAP_DATA_DIR')
  }
  const forbidden = forbiddenIn(error.file, directory)
  const wayOut = forbidden ?? 'name another directory, or move this one away to begin anew'
  return new StartError(`${error.message}; ${wayOut}`, 78, 'MRAP_DATA_DIR')
}

/** Whose permission is missing, and the ways out; undefined: none is. */
function forbiddenIn(file: string, directory: string): string | undefined {
  // A directory that could not be made: it is the one around it that says no.
  const places = [nearest(directory), ...(existsSync(file) ? [file] : [])]
  const closed = places.find(place => !isOpenTo(place))
  if (closed === undefined) return undefined
  const owner = statSync(closed).uid
  return (
    `user ${process.getuid?.() ?? 'of this process'} has no permission to write ${closed}, which belongs to user ${owner}: ` +
    `run as user ${owner}, change the owner, or name another directory`
  )
}

function nearest(directory: string): string {
  return existsSync(directory) || dirname(directory) === directory ? directory : nearest(dirname(directory))
}

function isOpenTo(place: string): boolean {
  try {
    accessSync(place, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}
