import { execFile } from 'node:child_process'

/** The AWS CLI of one Python, reached through HTTPS_PROXY and AWS_CA_BUNDLE. */
export interface Cli {
  /** Runs `aws <args>`; resolves with its stdout, rejects with its stderr. */
  aws(...args: string[]): Promise<string>
  /** The same, its output parsed. */
  json(...args: string[]): Promise<Record<string, unknown>>
  /** Runs a command that must be refused with this code; resolves with what the CLI said, in its `--debug` form with headers. */
  refused(code: string, ...args: string[]): Promise<string>
}

export function cliOf(python: string, extra: Readonly<Record<string, string>> = {}): Cli {
  const env = {
    ...process.env,
    HTTPS_PROXY: process.env.MRAP_ENDPOINT,
    AWS_CA_BUNDLE: process.env.MRAP_CA,
    AWS_PAGER: '',
    ...extra,
  }
  const run = (args: string[]) =>
    new Promise<{ failed: boolean; stdout: string; stderr: string }>(resolve => {
      const options = { env, maxBuffer: 64 * 1024 * 1024 }
      execFile(python, ['-m', 'awscli', ...args], options, (error, stdout, stderr) =>
        resolve({ failed: error !== null, stdout, stderr }),
      )
    })
  const aws = async (...args: string[]) => {
    const { failed, stdout, stderr } = await run(args)
    if (failed) throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${stderr.trim()}`)
    return stdout
  }
  return {
    aws,
    json: async (...args) => {
      const text = await aws(...args, '--output', 'json')
      return text.trim() === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    },
    refused: async (code, ...args) => {
      const { failed, stderr } = await run([...args, '--debug'])
      if (!failed) throw new Error(`aws ${args.slice(0, 2).join(' ')}: expected ${code}, got a success`)
      if (!stderr.includes(`An error occurred (${code})`)) {
        throw new Error(`expected ${code}, got ${/An error occurred.*/.exec(stderr)?.[0] ?? stderr.slice(-500)}`)
      }
      return stderr
    },
  }
}
