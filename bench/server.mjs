import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/server/main.js', import.meta.url))

/** The built server, or another build of it, in a process of its own, empty unless `more` (environment) names a world, on a free port. `readyMs` is the time from spawn to ready line. */
export async function startServer(main = MAIN, more = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'mrap-bench-'))
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MRAP_')))
  const began = performance.now()
  const child = spawn(process.execPath, [main, '--port', '0', '--data-dir', join(directory, 'data')], {
    env: { ...env, MRAP_LOG: 'warn', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const port = / ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port === undefined) continue
    const readyMs = performance.now() - began
    child.stdout.resume()
    return {
      port: Number(port),
      readyMs,
      /** Resident memory now, in MB. */
      rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
      /** CPU time used so far by all of its threads, in ms. */
      cpuMs() {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')
        return (Number(fields[11]) + Number(fields[12])) * 10
      },
      async stop() {
        child.kill('SIGTERM')
        await exited
        await rm(directory, { recursive: true, force: true })
      },
    }
  }
  throw new Error('the server ended before it was ready; was it built?')
}

/** Watches the server's memory until stopped; gives the highest value, in MB. */
export function watchMemory(server) {
  let peakMb = server.rssMb()
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, server.rssMb())
  }, 50)
  return () => {
    clearInterval(timer)
    return Math.max(peakMb, server.rssMb())
  }
}
