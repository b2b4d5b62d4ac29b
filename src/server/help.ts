import { type Flag, flagLines, helpFlag } from './command-line.ts'
import { commands } from './commands/index.ts'
import { optionFlags } from './options.ts'

const versionFlag: Flag = { name: 'version', meaning: ['the version'] }

/** Flags of the server itself. */
export const startFlags: readonly Flag[] = [...optionFlags, versionFlag]

/** The text of `mrap-local --help`: every command, and every flag with its variable, default and meaning. Ends with a newline. */
export function helpText(): string {
  const rows = [...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return [
    'mrap-local: a local emulator of Amazon S3 Multi-Region Access Points',
    '',
    'Usage: mrap-local [start] [options]         starts the emulator',
    '       mrap-local <command> ...             asks for something else; each has its own --help',
    '',
    'Commands:',
    ...rows,
    '',
    'Options (a flag wins over its variable):',
    ...flagLines([...startFlags, helpFlag]),
    '',
    'Examples:',
    '  mrap-local --world world.yaml --data-dir ./data',
    '  MRAP_TIMING=realistic mrap-local --port 0',
    '',
  ].join('\n')
}
