import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient } from './client.ts'
import { createNarrator } from './narrator.ts'
import { tellStory } from './story.ts'

const USAGE = `npm run demo -- [options]

  --endpoint URL             a running emulator (env MRAP_ENDPOINT); without it the demo starts one on a free port
  --account ID               account that owns what the demo creates (default 111122223333)
  --access-key-id KEY        (default: the account id)
  --secret-access-key KEY    (default: test)
  --help
`

/** Starts the emulator of this build on a free port, empty, with default options; resolves when it is ready. */
async function startEmulator(): Promise<{ endpoint: URL; child: ChildProcess }> {
  // Options of the user's own emulator (a data directory, a world) are not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MRAP_')))
  const child = spawn(process.execPath, [fileURLToPath(new URL('../server/main.js', import.meta.url)), '--port', '0'], {
    env: { ...env, MRAP_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout === null) throw new Error('the emulator has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = / ready on (http:\/\/\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    child.stdout.resume()
    return { endpoint: new URL(url), child }
  }
  throw new Error('the emulator ended before it was ready')
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      account: { type: 'string', default: '111122223333' },
      'access-key-id': { type: 'string' },
      'secret-access-key': { type: 'string', default: 'test' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const given = values.endpoint ?? process.env.MRAP_ENDPOINT
  const { endpoint, child } =
    given === undefined ? await startEmulator() : { endpoint: new URL(given), child: undefined }
  try {
    const send = createClient(endpoint, {
      accessKeyId: values['access-key-id'] ?? values.account,
      secretAccessKey: values['secret-access-key'],
    })
    const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
    const narrator = createNarrator(send, line => process.stdout.write(`${line}\n`), colour)
    process.stdout.write(`An S3 Multi-Region Access Point on ${endpoint.origin}\n`)
    await tellStory({ narrator, send, accountId: values.account, suffix: randomBytes(3).toString('hex') })
    const differences = narrator.differences()
    process.stdout.write(
      differences === 0 ? '\nEverything happened as told.\n' : `\n${differences} answers differ from what is told.\n`,
    )
    return differences === 0 ? 0 : 1
  } finally {
    child?.kill('SIGTERM')
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
