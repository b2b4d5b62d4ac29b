import { StartError } from '../protocol/start-error.ts'

/** An option, or the command, cannot be used as given. The message is one line: option, value, what is allowed. */
export class OptionError extends StartError {
  constructor(message: string, option?: string) {
    super(message, 2, option)
    this.name = 'OptionError'
  }
}

/** What a user wrote, in quotes, on one line and short enough for one. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)
}
