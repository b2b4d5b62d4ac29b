import { StorageError } from '../storage-error.ts'

/** What was thrown, as it goes to the main thread: an error of SQLite's would arrive there as a bare object. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Of SQLite or of the system, such as `SQLITE_FULL` or `ENOSPC`. */
  readonly code: string | undefined
}

export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: undefined, code: undefined }
  const { name, message, stack } = thrown
  return { name, message, stack, code: 'code' in thrown ? String(thrown.code) : undefined }
}

const ofSqlite = ['SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN']

function isFull(code: string): boolean {
  return code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT'
}

/** Whether the disk failed, not the command: what comes next may well succeed, once there is room again. */
export function isOfTheDisk({ code = '' }: Failure): boolean {
  // What the system reports is `E...`; `ERR_...` is Node's own.
  return isFull(code) || /^E(?!RR_)/.test(code) || ofSqlite.some(prefix => code.startsWith(prefix))
}

/** The error again, in the main thread. */
export function errorOf(failure: Failure): Error {
  const { name, message, stack, code = '' } = failure
  if (isOfTheDisk(failure)) return new StorageError(isFull(code) ? 'full' : 'unwritable', message)
  const error = new Error(message)
  error.name = name
  // Damage of the file is no fault of a line of code.
  if (code.startsWith('SQLITE_')) error.stack = `${name}: ${message}`
  else if (stack !== undefined) error.stack = stack
  return error
}
