/**
 * The disk did not take a write: it is `full`, or it cannot be written for another reason. Nothing of the write was stored; reads go on,
 * and so do writes as soon as there is room.
 */
export class StorageError extends Error {
  readonly reason: 'full' | 'unwritable'

  constructor(reason: 'full' | 'unwritable', message: string) {
    super(message)
    this.name = 'StorageError'
    this.reason = reason
    // It comes from another thread and names no line of code that is at fault.
    this.stack = `${this.name}: ${message}`
  }
}
