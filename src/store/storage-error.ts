/**
 * The disk did not take a write: it is `full`, or it cannot be written for another reason. Nothing of the write was stored; reads go on,
 * and so do writes as soon as there is room. Or the store is `closed`, to reads as well: the emulator stops.
 */
export class StorageError extends Error {
  readonly reason: 'full' | 'unwritable' | 'closed'

  constructor(reason: StorageError['reason'], message: string) {
    super(message)
    this.name = 'StorageError'
    this.reason = reason
    // No line of code is at fault.
    this.stack = `${this.name}: ${message}`
  }
}
