import { StorageError } from '../storage-error.ts'

/** What was thrown, as it goes to the main thread: an error of SQLite's would arrive there as a bare object. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Of SQLite, such as `SQLITE_FULL`. */
  readonly code: string | undefined
}

export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: undefined, code: undefined }
  const { name, message, stack } = thrown
  return { name, message, stack, code: 'code' in thrown ? String(thrown.code) : undefined }
}

/** Whether the disk failed, not the command: what comes next may well succeed, once there is room again. */
export function isOfTheDisk({ code = '' }: Failure): boolean {
  return ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'].some(prefix => code.startsWith(prefix))
}

/** The error again, in the main thread. */
export function errorOf(failure: Failure): Error {
  const { name, message, stack, code = '' } = failure
  if (isOfTheDisk(failure)) return new StorageError(code.startsWith('SQLITE_FULL') ? 'full' : 'unwritable', message)
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
