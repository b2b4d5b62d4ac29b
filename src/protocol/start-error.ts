/**
 * Why a server cannot start: one line for the terminal and the exit code that goes with it (design 2.3): 2 a wrong option, a wrong
 * world or a port in use; 75 a data directory in use; 78 data, or an installation, that cannot be used.
 */
export class StartError extends Error {
  readonly exitCode: 2 | 75 | 78
  /** The option to blame, as the message begins with it: `MRAP_PORT`, `--port`. */
  readonly option: string | undefined

  /** With `option`, the message begins with its name. */
  constructor(message: string, exitCode: 2 | 75 | 78, option?: string) {
    super(option === undefined ? message : `${option}: ${message}`)
    this.name = 'StartError'
    this.exitCode = exitCode
    this.option = option
  }
}
