import { type CommandLine, type Flag, flagLines, helpFlag, readCommandLine } from '../command-line.ts'

/** What a command prints on stdout, and its exit code. */
export interface Outcome {
  readonly text: string
  /** Default 0. 1: the answer is no. */
  readonly exitCode?: 0 | 1
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Something that `mrap-local` can be asked besides starting. */
export interface Command {
  /** What stands after its name: `--as <who> ...`. */
  readonly usage: string
  /** Lines of `--help`: what it does. */
  readonly about: readonly string[]
  readonly flags: readonly Flag[]
  /** Lines of `--help`, ready to be pasted. */
  readonly examples: readonly string[]
  /** How many words may stand beside the flags. Default 0. */
  readonly maxWords?: number
  /** Throws StartError for what a user can put right. */
  run(line: CommandLine, env: Environment): Outcome | Promise<Outcome>
}

/** Runs a command. `argv` is what stands after its name. */
export async function runCommand(
  name: string,
  command: Command,
  argv: readonly string[],
  env: Environment,
): Promise<Outcome> {
  const line = readCommandLine(argv, command.flags, name, command.maxWords)
  return line.flags.has(helpFlag.name) ? { text: helpOf(name, command) } : command.run(line, env)
}

function helpOf(name: string, { usage, about, flags, examples }: Command): string {
  return [
    `Usage: mrap-local ${name} ${usage}`,
    '',
    ...about,
    '',
    ...flagLines([...flags, helpFlag]),
    '',
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map(line => `  ${line}`),
    '',
  ].join('\n')
}
