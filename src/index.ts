/**
 * Starts emulators inside a test process, any number of them, each with its own port and state:
 *
 *   import { start } from 'mrap-local'
 *   const emulator = await start({ timing: 'instant', world: { buckets: [{ name: 'orders-usw2', region: 'us-west-2' }] } })
 *   // ... emulator.url, emulator.reset() between tests ...
 *   await emulator.close()
 *
 * Clients of the AWS SDK for JavaScript reach it by `mrapLocal({ endpoint: emulator.url })` from 'mrap-local/client'.
 */
import type { WorldDocument } from './world/document.ts'

/** How an emulator is started. What is left out is as for the command `mrap-local` without an environment, except for `port` and `log`. */
export interface StartOptions {
  /** Default 0: any free one. */
  readonly port?: number
  /** An IP address, or `localhost` for both loopback addresses. Default: both. */
  readonly host?: string
  /** What stands in it from the beginning: an object in the form of a world file, or the path of one. */
  readonly world?: World | string
  /** `instant`: no delays; `fast` (the default): operations take a second; `realistic`: operations 5 minutes, routes 2 minutes. */
  readonly timing?: 'instant' | 'fast' | 'realistic'
  /** Single delays over `timing`: milliseconds, or text such as `2s`, or a range, `1s..5s`. */
  readonly operationDelay?: number | string
  readonly routesDelay?: number | string
  readonly replicationLag?: number | string
  readonly rerouteDelay?: number | string
  /** What is drawn, such as a delay of `1s..5s`, is drawn the same each time. */
  readonly seed?: string
  /** World time starts at this instant, such as `2030-01-01T00:00:00Z`, and stands still. Default: the machine's time. */
  readonly clock?: string
  /** What follows world time: `state` (the default), or `everything`, signatures, presigned URLs and the `Date` header, too. */
  readonly clockScope?: 'state' | 'everything'
  /** What an acknowledged write in `dataDir` survives: the end of the process (the default), or a power cut, too. */
  readonly durability?: 'process' | 'power'
  /** Account of the default credentials `test` / `test`: twelve digits. */
  readonly accountId?: string
  /** Where clients are taken to be, such as `eu-west-1`. */
  readonly clientRegion?: string
  /** Own host names. */
  readonly domains?: readonly string[]
  /** Operations to accept through an access point beyond the documented ones, such as `DeleteObjects`. */
  readonly allow?: readonly string[]
  /** Web origins whose pages may act on S3 and S3 Control, such as `https://app.example.com`. */
  readonly allowOrigins?: readonly string[]
  readonly bucketDefaults?: 'current' | 'before-2023'
  /** Where state is kept. Default: a temporary directory, removed by `close`. */
  readonly dataDir?: string
  /** Where `ca.pem` and `ca-bundle.pem` are written. */
  readonly caDir?: string
  /** What callers of `/_mrap/` must send as `Authorization: Bearer`. Default: nothing. */
  readonly managementToken?: string
  /** What is said on stderr. Default `error`. */
  readonly log?: 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
}

/** An emulator that listens. */
export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  /** Back to the state after the start. */
  reset(): Promise<void>
  /** Ends it; requests under way have a second to finish. Nothing of it is left behind but a given `dataDir` and `caDir`. */
  close(): Promise<void>
}

/** A world file as an object: every member is optional. Files of objects are relative to the working directory. */
export type World = WorldDocument
export type WorldAccount = NonNullable<World['accounts']>[string]
export type WorldUser = NonNullable<WorldAccount['users']>[number]
export type WorldRole = NonNullable<WorldAccount['roles']>[number]
export type WorldCredential = NonNullable<WorldAccount['credentials']>[number]
export type WorldSession = NonNullable<WorldRole['sessions']>[number]
export type WorldBucket = NonNullable<World['buckets']>[number]
/** With either `body` or `file`. */
export type WorldObject = NonNullable<WorldBucket['objects']>[number]
export type WorldMultiRegionAccessPoint = NonNullable<World['multiRegionAccessPoints']>[number]
export type WorldPublicAccessBlock = NonNullable<WorldBucket['publicAccessBlock']>
/** A policy document as IAM writes it, with Version and Statement. */
export type WorldPolicy = NonNullable<WorldBucket['policy']>

const drainMs = 1000

/**
 * Starts an emulator and resolves when it listens. Rejects with one line that names the option or the member of the world that cannot
 * be used. No signal handlers are installed, and no environment is read.
 */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const { refuseAddon } = await import('./server/native-addon.ts')
  const [{ configOf }, { createLogger }, { makeTemporaryDirectory }, { urlOf }, { runServer }, { worldOf }] =
    await Promise.all([
      import('./server/config.ts'),
      import('./protocol/logger.ts'),
      import('./server/temporary-directory.ts'),
      import('./server/url.ts'),
      import('./server/run.ts').catch(refuseAddon),
      import('./world/file.ts'),
    ])
  const config = configOf(givenBy(options))
  const log = createLogger(config.log)
  const given = typeof options.world === 'object' ? { world: await worldOf(options.world, config.accountId) } : {}
  const temporary = config.dataDir === undefined ? await makeTemporaryDirectory() : undefined
  const dataDir = config.dataDir ?? temporary?.path ?? ''
  try {
    const server = await runServer({
      config,
      dataDir,
      log,
      onFailure: error => log.error(`the data in ${dataDir} failed: ${error.message}`),
      ...given,
    })
    let closing: Promise<void> | undefined
    return {
      url: urlOf(config.hosts, server.port),
      port: server.port,
      reset: () => server.reset(),
      close: () => {
        closing ??= server.close(drainMs).finally(() => temporary?.remove())
        return closing
      },
    }
  } catch (error) {
    temporary?.remove()
    throw inOwnWords(error)
  }
}

/** The options by the variables of the command, which have one reader, under the names that they have here. */
function givenBy(options: StartOptions): Map<string, { readonly name: string; readonly text: string }> {
  const given = new Map([
    ['MRAP_PORT', { name: 'port', text: '0' }],
    ['MRAP_LOG', { name: 'log', text: 'error' }],
  ])
  for (const [name, value] of Object.entries(options)) {
    if (!optionNames.has(name))
      throw new TypeError(`start: unknown option ${name}; known: ${[...optionNames].join(', ')}`)
    if (value === undefined || (name === 'world' && typeof value === 'object')) continue
    const isDelay = typeof value === 'number' && name !== 'port'
    given.set(variableOf(name), { name, text: isDelay ? `${value}ms` : String(value) })
  }
  return given
}

/** `operationDelay` is `MRAP_OPERATION_DELAY`. */
function variableOf(name: string): string {
  return `MRAP_${name.replace(/[A-Z]/g, capital => `_${capital}`).toUpperCase()}`
}

/** What is refused after the options were read is named by their variables. */
function inOwnWords(error: unknown): unknown {
  if (!(error instanceof Error && 'option' in error)) return error
  const name = [...optionNames].find(one => variableOf(one) === error.option)
  if (name !== undefined) error.message = `${name}${error.message.slice(variableOf(name).length)}`
  return error
}

const optionNames = new Set([
  'port',
  'host',
  'world',
  'timing',
  'operationDelay',
  'routesDelay',
  'replicationLag',
  'rerouteDelay',
  'seed',
  'clock',
  'clockScope',
  'durability',
  'accountId',
  'clientRegion',
  'domains',
  'allow',
  'allowOrigins',
  'bucketDefaults',
  'dataDir',
  'caDir',
  'managementToken',
  'log',
])
