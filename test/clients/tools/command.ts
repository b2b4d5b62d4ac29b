import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a command-line tool works: the world of `world.yaml`, at the emulator's address. */
export const endpoint = process.env.MRAP_ENDPOINT ?? ''
export const bucket = 'tools-usw2'
export const alias = 'mtoolsglobal0.mrap'
export const region = 'us-west-2'
export const accessKeyId = process.env.AWS_ACCESS_KEY_ID ?? ''
export const secretAccessKey = process.env.AWS_SECRET_ACCESS_KEY ?? ''
/** What a suite does twice: on the bucket, and on the access point's alias as bucket name. */
export const targets = [
  ['bucket', bucket],
  ['alias', alias],
] as const

export interface Tool {
  /** Runs the tool; resolves with what it printed, rejects with what it said when it fails. */
  run(...args: string[]): Promise<string>
  /** Runs it when it must fail and say this. */
  refused(text: string, ...args: string[]): Promise<void>
}

/** A program with settings in its environment, which adds to this process's own. */
export function toolOf(program: string, settings: Readonly<Record<string, string>> = {}): Tool {
  const env = { ...process.env, ...settings }
  const start = (args: string[]) =>
    new Promise<{ failed: boolean; stdout: string; stderr: string }>(resolve => {
      const options = { env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 }
      execFile(program, args, options, (error, stdout, stderr) => resolve({ failed: error !== null, stdout, stderr }))
    })
  return {
    run: async (...args) => {
      const { failed, stdout, stderr } = await start(args)
      if (failed) throw new Error(`${args[0]}: ${stderr.trim() || stdout.trim()}`)
      return stdout
    },
    refused: async (text, ...args) => {
      const { failed, stdout, stderr } = await start(args)
      if (!failed) throw new Error(`${args[0]}: expected ${text}, got a success`)
      if (!`${stdout}${stderr}`.includes(text)) throw new Error(`${args[0]}: expected ${text}, got ${stderr.trim()}`)
    },
  }
}

/** A new directory with these files. */
export async function directoryWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mrap-tool-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content, { mode: 0o600 })
  return directory
}
