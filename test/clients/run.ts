/**
 * Real clients against the running emulator: `npm run test:clients [client ...]`. Each client gets an emulator of its own, on a free
 * port with a temporary data directory. A client whose toolchain is missing is skipped, and REQUIRE_CLIENTS=all makes that a failure.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type EmulatorProcess, startEmulatorProcess } from '../helpers/emulator-process.ts'
import { guideWorld } from './guide-world.ts'
import { controlOperations, dataOperations } from './operations.ts'

interface Client {
  readonly name: string
  /** The command line, or why the client cannot run here. */
  readonly command: () => string[] | { missing: string }
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const sources = join(root, 'test', 'clients')
const compiled = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** The Python that has the packages of requirements.txt: PYTHON, the checkout's .venv, or the one on the path. */
function python(): string {
  const venv = join(root, '.venv', 'bin', 'python')
  return process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3')
}

function withPython(modules: string, command: (python: string) => string[]): string[] | { missing: string } {
  try {
    execFileSync(python(), ['-c', `import ${modules}`], { stdio: 'pipe' })
    return command(python())
  } catch {
    return { missing: `${python()} cannot import ${modules}: pip install -r test/clients/requirements.txt` }
  }
}

const clients: readonly Client[] = [
  { name: 'js', command: () => [process.execPath, compiled('js-sdk.js')] },
  { name: 'js-guide', command: () => [process.execPath, compiled('js-guide.js')] },
  {
    name: 'boto3',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_suite.py'), 'https']),
  },
  {
    name: 'boto3-http',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_suite.py'), 'http']),
  },
  {
    name: 'boto3-guide',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_guide.py')]),
  },
  {
    name: 'cli',
    command: () => withPython('awscli, awscrt', interpreter => [process.execPath, compiled('aws-cli.js'), interpreter]),
  },
  {
    name: 'cli-guide',
    command: () =>
      withPython('awscli, awscrt', interpreter => [process.execPath, compiled('aws-cli-guide.js'), interpreter]),
  },
]

const totals = { passed: 0, failed: 0, skipped: 0 }
const exercised = new Set<string>()

function count(line: string): void {
  const [, verdict, operations] = /^(ok|not ok) \S+ (\S+) - /.exec(line) ?? []
  if (verdict === 'not ok') totals.failed++
  if (verdict !== 'ok' || operations === undefined) return
  totals.passed++
  for (const operation of operations.split('+')) exercised.add(operation)
}

/** The caller's environment without its AWS settings, and with what every client here needs. Real credentials never get near. */
function clientEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const unwanted = /^(AWS_|MRAP_|NODE_EXTRA_CA_CERTS$|(https?|all|no)_proxy$)/i
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name))),
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_REGION: 'us-west-2',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // A retry would hide a fault of the server.
    AWS_MAX_ATTEMPTS: '1',
    ...extra,
  }
}

async function runClient(client: Client): Promise<void> {
  const command = client.command()
  if (!Array.isArray(command)) {
    totals.skipped++
    console.log(`skip ${client.name} - ${command.missing}`)
    return
  }
  const directory = await mkdtemp(join(tmpdir(), 'mrap-clients-'))
  const world = join(directory, 'world.json')
  await writeFile(world, JSON.stringify(guideWorld))
  let emulator: EmulatorProcess | undefined
  try {
    emulator = await startEmulatorProcess({ DATA_DIR: join(directory, 'data'), WORLD: world })
    const authority = join(directory, 'ca.pem')
    await writeFile(authority, await (await fetch(`${emulator.url}/_mrap/ca.pem`)).text())
    const [program = '', ...args] = command
    const child = spawn(program, args, {
      cwd: directory,
      env: clientEnvironment({ MRAP_ENDPOINT: emulator.url, MRAP_CA: authority }),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const before = totals.failed
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    for await (const line of createInterface({ input: child.stdout })) {
      console.log(line)
      count(line)
    }
    const code = await ended
    if (code !== 0 && totals.failed === before) {
      totals.failed++
      console.log(`not ok ${client.name} - ended with ${code}`)
    }
    if (totals.failed > before) console.log(emulator.log().replace(/^/gm, '# '))
  } catch (error) {
    totals.failed++
    console.log(`not ok ${client.name} - ${error}`)
  } finally {
    const exitCode = await emulator?.stop()
    if (exitCode !== undefined && exitCode !== 0) {
      totals.failed++
      console.log(`not ok ${client.name} - the emulator ended with ${exitCode}`)
    }
    await rm(directory, { recursive: true, force: true })
  }
}

const wanted = process.argv.slice(2)
for (const client of clients) {
  if (wanted.length === 0 || wanted.includes(client.name)) await runClient(client)
}
const all = [...controlOperations, ...dataOperations]
const missing = all.filter(operation => !exercised.has(operation))
console.log(`# ${all.length - missing.length} of ${all.length} operations exercised`)
if (wanted.length === 0 && totals.skipped === 0 && missing.length > 0) {
  totals.failed++
  console.log(`not ok all - exercised by no client: ${missing.join(', ')}`)
}
if (totals.skipped > 0 && process.env.REQUIRE_CLIENTS === 'all') process.exitCode = 1
if (totals.failed > 0) process.exitCode = 1
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
