/**
 * Real clients against the running emulator: `npm run test:clients [client|door ...]`. Each suite gets an emulator of its own, with a
 * temporary data directory. A client whose toolchain is missing is skipped, and REQUIRE_CLIENTS=all makes that a failure.
 * UPDATE_CLIENTS=1 writes docs/clients.md.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type EmulatorProcess, startEmulatorProcess } from '../helpers/emulator-process.ts'
import { suites as clientSuites } from './clients.ts'
import { environmentOf, inNamespace } from './doors.ts'
import { kindOf, matrixDocument } from './matrix.ts'
import { controlOperations, dataOperations } from './operations.ts'
import { root, type Suite } from './suite.ts'
import { toolSuites } from './tools.ts'

const suites = [...clientSuites, ...toolSuites]
const guideWorld = join(root, 'fixtures', 'worlds', 'guide.yaml')

const totals = { passed: 0, failed: 0, skipped: 0, excused: 0 }
const exercised = new Set<string>()
const results = new Map<string, { passed: number; failed: number }>()

function count(line: string, { client, door }: Suite): void {
  const [, verdict, operations = '', what = ''] = /^(ok|not ok) \S+ (\S+) - (.*)/.exec(line) ?? []
  if (verdict === undefined) return
  const counted = verdict === 'ok' ? 'passed' : 'failed'
  totals[counted]++
  for (const operation of operations.split('+')) {
    if (verdict === 'ok') exercised.add(operation)
    const cell = `${client} ${door} ${kindOf(operation, what, door)}`
    const result = results.get(cell) ?? { passed: 0, failed: 0 }
    result[counted]++
    results.set(cell, result)
  }
}

/** The caller's environment without its AWS settings, and with what every client here needs. Real credentials never get near. */
function clientEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const unwanted = /^(AWS_|MRAP_|NODE_EXTRA_CA_CERTS$|SSL_CERT_FILE$|(https?|all|no)_proxy$)/i
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

/** Runs a suite where it is: the emulator, then the client. Resolves with the client's exit code; its lines go to `onLine`. */
async function runSuite(
  suite: Suite,
  command: readonly string[],
  directory: string,
  onLine: (line: string) => void,
): Promise<void> {
  const dns: Record<string, string> = suite.door === 'dns' ? { DNS_PORT: '53', PORT: '4566' } : {}
  let emulator: EmulatorProcess | undefined
  const fail = (what: string) => onLine(`not ok ${suite.client} - - ${what}`)
  let failed = false
  try {
    emulator = await startEmulatorProcess({
      DATA_DIR: join(directory, 'data'),
      WORLD: suite.world ?? guideWorld,
      ...dns,
    })
    const authority = join(directory, 'ca.pem')
    await writeFile(authority, await (await fetch(`${emulator.url}/_mrap/ca.pem`)).text())
    const env = clientEnvironment({
      MRAP_ENDPOINT: emulator.url,
      MRAP_CA: authority,
      ...environmentOf(suite.door, { url: emulator.url, authority, directory }),
      ...suite.env,
    })
    const [program = '', ...args] = command
    const child = spawn(program, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    for await (const line of createInterface({ input: child.stdout })) {
      failed ||= line.startsWith('not ok')
      onLine(line)
    }
    const code = await ended
    if (code !== 0 && !failed) fail(`ended with ${code}`)
    if (code !== 0) onLine(emulator.log().replace(/^/gm, '# '))
  } catch (error) {
    fail(String(error))
  } finally {
    const exitCode = await emulator?.stop()
    if (exitCode !== undefined && exitCode !== 0) fail(`the emulator ended with ${exitCode}`)
  }
}

/** The DNS door needs a network of its own: this program runs the suite again, in there. */
async function runInNamespace(
  index: number,
  command: readonly string[],
  directory: string,
  onLine: (line: string) => void,
): Promise<boolean> {
  const again = [process.execPath, fileURLToPath(import.meta.url), '--inside', String(index), directory, ...command]
  const inside = await inNamespace(again, directory)
  if (!inside) return false
  const [program = '', ...args] = inside
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) onLine(line)
  return true
}

async function outside(wanted: readonly string[]): Promise<void> {
  for (const [index, suite] of suites.entries()) {
    const { client, door } = suite
    if (wanted.length > 0 && !wanted.includes(client) && !wanted.includes(door)) continue
    const skip = (why: string) => {
      totals.skipped++
      console.log(`skip ${client} through ${door} - ${why}`)
    }
    const command = suite.command()
    if ('missing' in command) {
      if (command.excused) totals.excused++
      skip(command.missing)
      continue
    }
    console.log(`# ${client} through ${door}`)
    const onLine = (line: string) => {
      console.log(line)
      count(line, suite)
    }
    const directory = await mkdtemp(join(tmpdir(), 'mrap-clients-'))
    try {
      if (door !== 'dns') await runSuite(suite, command, directory, onLine)
      else if (!(await runInNamespace(index, command, directory, onLine)))
        skip('this system lets us make no network namespace')
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  await summary(wanted.length === 0)
}

async function summary(isWhole: boolean): Promise<void> {
  const all = [...controlOperations, ...dataOperations]
  const missing = all.filter(operation => !exercised.has(operation))
  console.log(`# ${all.length - missing.length} of ${all.length} operations exercised`)
  if (isWhole && totals.skipped === 0) {
    if (missing.length > 0) {
      totals.failed++
      console.log(`not ok all - exercised by no client: ${missing.join(', ')}`)
    }
    await compareDocument()
  }
  if (totals.skipped > totals.excused && process.env.REQUIRE_CLIENTS === 'all') process.exitCode = 1
  if (totals.failed > 0) process.exitCode = 1
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
}

async function compareDocument(): Promise<void> {
  const file = join(root, 'docs', 'clients.md')
  const document = matrixDocument(results)
  if (process.env.UPDATE_CLIENTS) await writeFile(file, document)
  if ((await readFile(file, 'utf8')) === document) return
  totals.failed++
  console.log('not ok all - docs/clients.md is not what the clients did: UPDATE_CLIENTS=1 npm run test:clients')
}

const [first, index = '', directory = '', ...command] = process.argv.slice(2)
const suite = first === '--inside' ? suites[Number(index)] : undefined
if (suite) await runSuite(suite, command, directory, line => console.log(line))
else await outside(process.argv.slice(2))
