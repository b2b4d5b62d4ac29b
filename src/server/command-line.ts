import { type ParseArgsConfig, parseArgs } from 'node:util'
import { OptionError, quoted } from './option-error.ts'

/** A flag of a command. */
export interface Flag {
  /** Without `--`. */
  readonly name: string
  /** What stands for its value in `--help`, such as `<file>`; undefined: it takes none. */
  readonly value?: string
  /** Lines of `--help`. */
  readonly meaning: readonly string[]
}

/** Flag name -> its values in order; a flag without value has ''. */
export type FlagValues = ReadonlyMap<string, readonly string[]>

export interface CommandLine {
  readonly flags: FlagValues
  /** Everything that is no flag, in order. */
  readonly words: readonly string[]
}

/** `--help` of every command. */
export const helpFlag: Flag = { name: 'help', meaning: ['this text'] }

/**
 * Reads what stands after the name of a command. `command` is that name, for messages; undefined: the server itself. At most `maxWords`
 * words may stand beside the flags. Throws OptionError for what is unknown, or has a value too many or too few.
 */
export function readCommandLine(
  argv: readonly string[],
  known: readonly Flag[],
  command?: string,
  maxWords = 0,
): CommandLine {
  const refused = (problem: string) =>
    new OptionError(
      command === undefined ? `${problem}; see --help` : `${command}: ${problem}; see mrap-local ${command} --help`,
    )
  const byName = new Map([...known, helpFlag].map(flag => [flag.name, flag]))
  const parsed: NonNullable<ParseArgsConfig['options']> = {}
  for (const { name, value } of byName.values()) parsed[name] = { type: value === undefined ? 'boolean' : 'string' }
  const { tokens, positionals: words } = parseArgs({
    args: [...argv],
    options: { ...parsed, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const flags = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const flag = byName.get(token.name)
    if (!flag) throw refused(`unknown option ${quoted(token.rawName)}`)
    if (flag.value === undefined && token.value !== undefined) throw refused(`--${flag.name} takes no value`)
    if (flag.value !== undefined && !token.value) throw refused(`--${flag.name} needs a value`)
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), token.value ?? ''])
  }
  const extra = words[maxWords]
  if (extra !== undefined) throw refused(`unexpected argument ${quoted(extra)}`)
  return { flags, words }
}

/** Lines of `--help` that describe flags. */
export function flagLines(flags: readonly Flag[]): string[] {
  return flags.flatMap(({ name, value, meaning }) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}`,
    ...meaning.map(line => `      ${line}`),
  ])
}
