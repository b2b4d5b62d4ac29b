import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Way } from './doors.ts'

/** One program of a client or tool, by one way. */
export interface Suite {
  readonly client: string
  readonly door: Way
  /** The command line, or why the client cannot run here. Builds what has to be built. */
  readonly command: () => Command
  readonly env?: Readonly<Record<string, string>>
  /** The world it needs, if not that of the user guide. */
  readonly world?: string
}
/** `excused`: no installation would change it, so REQUIRE_CLIENTS does not ask for it. */
export type Command = readonly string[] | { readonly missing: string; readonly excused?: true }

export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const sources = join(root, 'test', 'clients')
/** What is built for the clients. */
export const built = join(root, 'build', 'clients')
export const node = process.execPath
/** A module of this folder, compiled. */
export const compiled = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** The command once `prepare` has gone well, else why not. */
export function attempt(prepare: () => unknown, command: () => string[], missing: string): Command {
  try {
    prepare()
    return command()
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().slice(-2000) : ''
    return { missing: output === '' ? missing : `${missing} (${output.replace(/\s*\n\s*/g, ' | ')})` }
  }
}

/** Copies what the pom.xml of `folder` depends on to `classes`, and compiles `files` to there, a pattern within `folder`. Needs Maven and a JDK. */
export function buildJava(folder: string, files: string, classes: string): void {
  const options = { cwd: folder, stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 } as const
  execFileSync('mvn', ['-q', '-B', `-DoutputDirectory=${classes}`, 'dependency:copy-dependencies'], options)
  execFileSync('sh', ['-c', `javac -cp '${classes}/*' -d '${classes}' ${files}`], options)
}

/** What a program says of its version, undefined where it cannot be started. */
export function versionOf(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch {
    return undefined
  }
}

/** Runs once, however many suites need it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
