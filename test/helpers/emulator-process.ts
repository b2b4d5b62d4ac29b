import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** An emulator in a process of its own. */
export interface EmulatorProcess {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  /** What it wrote so far, the last 16 kB of it. */
  readonly log: () => string
  /** Ends it with SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** The server as the tests' own compilation has it: nothing need be built for it. */
export const compiledServer = fileURLToPath(new URL('../../src/server/main.js', import.meta.url))
const shippedServer = fileURLToPath(new URL('../../../dist/server/main.js', import.meta.url))

/**
 * Starts the server of `npm run build`, as it is shipped, or another `main`, on a free port; resolves when it says that it is ready, rejects with its log when it ends before.
 * Options of the caller's own environment (`MRAP_*`) are left out; `options` are option names and values as in `MRAP_<NAME>`.
 * `killAfterMs` kills it with SIGKILL that long after its start, ready or not.
 */
export async function startEmulatorProcess(
  options: Readonly<Record<string, string>>,
  { killAfterMs, main = shippedServer }: { readonly killAfterMs?: number; readonly main?: string } = {},
): Promise<EmulatorProcess> {
  // NODE_OPTIONS are those of the test runner.
  const isOwn = (name: string) => !name.startsWith('MRAP_') && name !== 'NODE_OPTIONS'
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => isOwn(name)))
  for (const [name, value] of Object.entries({ PORT: '0', ...options })) env[`MRAP_${name}`] = value
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  const remember = (text: string) => {
    log = (log + text).slice(-16_384)
  }
  child.stderr.setEncoding('utf8').on('data', remember)
  child.stdout.setEncoding('utf8').on('data', remember)
  const exited = once(child, 'exit')
  if (killAfterMs !== undefined) {
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    exited.finally(() => clearTimeout(timer))
  }
  const url = await readyUrl(child)
  if (url === undefined) {
    await exited
    throw new Error(`the emulator ended with ${child.exitCode ?? child.signalCode} before it was ready:\n${log}`)
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    url,
    port: Number(new URL(url).port),
    child,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
  }
}

function readyUrl(child: ChildProcess): Promise<string | undefined> {
  return new Promise(resolve => {
    const { stdout } = child
    if (stdout === null) return resolve(undefined)
    const lines = createInterface({ input: stdout })
    lines.on('line', line => {
      const url = / ready on (http:\/\/\S+)/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
    lines.on('close', () => resolve(undefined))
  })
}
