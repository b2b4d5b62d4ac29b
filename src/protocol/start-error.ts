/**
 * Why a server cannot start: one line for the terminal and the exit code that goes with it (design 2.3): 2 a wrong option, a wrong
 * world or a port in use; 75 a data directory in use; 78 data that cannot be used.
 */
export class StartError extends Error {
  readonly exitCode: 2 | 75 | 78

  constructor(message: string, exitCode: 2 | 75 | 78) {
    super(message)
    this.name = 'StartError'
    this.exitCode = exitCode
  }
}
