import { test } from 'tap'
import { createLogger, type LogLevel } from '../../src/protocol/logger.ts'

const levels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const

function linesAt(level: LogLevel): string[] {
  const lines: string[] = []
  const log = createLogger(level, line => lines.push(line))
  log.error('e')
  log.warn('w')
  log.info('i')
  log.debug('d')
  log.trace('t')
  return lines
}

test('a level includes those before it', t => {
  const all = ['error e\n', 'warn  w\n', 'info  i\n', 'debug d\n', 'trace t\n']
  for (const [index, level] of levels.entries()) t.strictSame(linesAt(level), all.slice(0, index), level)
  t.end()
})

test('what a client sent cannot forge a line or move the cursor', t => {
  const lines: string[] = []
  createLogger('info', line => lines.push(line)).info('a\r\nerror forged\u001b[2J\u009b')
  t.strictSame(lines, ['info  a \n      error forged [2J \n'])
  t.end()
})
