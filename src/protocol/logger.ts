import { systemClock } from './clock.ts'

/** How much is said: every level includes those before it. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** One line per event. Callers never pass secrets, signatures or session tokens. */
export interface Logger {
  /** For callers that would spend work on a line nobody sees. */
  logs(level: LogLevel): boolean
  /** Lines after the first, such as a stack, are indented. */
  error(message: string): void
  warn(message: string): void
  info(message: string): void
  debug(message: string): void
  trace(message: string): void
}

const levels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug', 'trace']

// C0 and C1 controls: what a client sent must not start a line of its own or move the cursor of a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g

/** Whatever was thrown, as text for the log: with its stack, if it has one. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

/** A logger that writes `<level> <message>` lines to `write`; default: to stderr, each with the time before it. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = line => process.stderr.write(`${new Date(systemClock.wall()).toISOString()} ${line}`),
): Logger {
  const highest = levels.indexOf(level)
  const logs = (asked: LogLevel) => levels.indexOf(asked) <= highest
  const writer = (asked: LogLevel) => (message: string) => {
    if (!logs(asked)) return
    const text = message.trimEnd().replace(controls, ' ').replaceAll('\n', '\n      ')
    write(`${asked.padEnd(5)} ${text}\n`)
  }
  return {
    logs,
    error: writer('error'),
    warn: writer('warn'),
    info: writer('info'),
    debug: writer('debug'),
    trace: writer('trace'),
  }
}
