import { controlPlane } from '../control/plane.ts'
import { seedMrap } from '../control/seed.ts'
import { dataOperations } from '../data/operations/index.ts'
import { dataPlane } from '../data/plane.ts'
import { seedBucket } from '../data/seed.ts'
import { DataDirectoryError } from '../store/database.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { credentialFinder } from './credentials.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import type { Logger } from './logger.ts'
import { type Certificates, createManagement, type KnownNames } from './management.ts'
import { StartError } from './start-error.ts'
import { sealingKeyIn } from './sts/sealing-key.ts'
import { createSts } from './sts/service.ts'
import { createSessions } from './sts/sessions.ts'
import type { World, WorldPublicAccessBlock } from './world.ts'

export interface AppOptions {
  readonly config: Config
  readonly world: World
  readonly log: Logger
  readonly clock: Clock
  /** Exists. */
  readonly dataDir: string
  /** `ephemeral`: the directory is private to this process and removed at its end. */
  readonly durability: 'ephemeral' | 'persistent'
  readonly certificates: Certificates
  /** The store broke: nothing can be acknowledged any more. */
  readonly onFailure: (reason: Error) => void
}

/** The emulator without its listeners. */
export interface App {
  readonly dispatch: Dispatch
  /** Back to the state after the world was loaded. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Composition root: the only place that knows toolkit, planes and store together. Throws StartError. */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, world, log, clock } = options
  refuseUnknownOperations(config.allow)
  const store = await openData(options)
  try {
    await fillIfEmpty(store, options)
  } catch (error) {
    // Half a world would be taken for a whole one at the next start.
    await store.reset()
    await store.close()
    throw error
  }

  let lastReset: Promise<void> = Promise.resolve()
  // One after another: two at once would apply the world twice.
  const reset = () => {
    const next = lastReset.then(async () => {
      await store.reset()
      await applyWorld(store, options)
    })
    lastReset = next.catch(() => undefined)
    return next
  }
  const accountBlocks = accountBlocksOf(world, store)
  const sessions = createSessions(world, sealingKeyIn(options.dataDir))
  const findCredential = credentialFinder(world, config, sessions)
  const dispatch = createDispatch({
    clock,
    log,
    domains: config.domains,
    findCredential,
    sts: createSts({ world, clock, log, sessions, findCredential, trace: traceTo(log) }),
    planes: {
      control: controlPlane({
        store,
        clock,
        accountBlocks,
        trace: traceTo(log),
        settings: { operationDelayMs: config.operationDelayMs, routesDelayMs: config.routesDelayMs },
      }),
      data: dataPlane({
        store,
        clock,
        accountBlocks,
        trace: traceTo(log),
        settings: { bucketDefaults: config.bucketDefaults, restoreDelayMs: config.operationDelayMs },
        clientRegion: config.clientRegion,
        allow: config.allow,
      }),
    },
    manage: createManagement({ reset, certificates: options.certificates, names: () => namesIn(store, options) }),
  })
  return { dispatch, reset, close: () => store.close() }
}

/** Reasons cost more than decisions, so they are looked for only where they are logged. */
function traceTo(log: Logger) {
  if (log.level !== 'debug') return undefined
  return (lines: readonly string[], requestId = '-') => log.debug(`${requestId} ${lines.join('\n')}`)
}

/** What accounts block: what they have set through S3 Control, else what the world file says. */
function accountBlocksOf({ accounts }: World, store: Store): (accountId: string) => WorldPublicAccessBlock | undefined {
  const initial = new Map(accounts.map(({ id, publicAccessBlock }) => [id, publicAccessBlock]))
  return accountId => {
    const changed = store.findAccountBlock(accountId)
    return changed ? changed.block : initial.get(accountId)
  }
}

/** The data directory, or why it cannot be had, with the ways out (design 2.3). */
async function openData({ dataDir: directory, durability, onFailure }: AppOptions): Promise<Store> {
  try {
    return await openStore({ directory, durability, onFailure })
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error
    const [wayOut, exitCode] =
      error.kind === 'in-use'
        ? (['stop the other process, or name another directory', 75] as const)
        : (['name another directory, or move this one away to begin anew', 78] as const)
    throw new StartError(`MRAP_DATA_DIR: ${error.message}; ${wayOut}`, exitCode)
  }
}

/** A name that is no operation would allow nothing, silently. */
function refuseUnknownOperations(names: readonly string[]): void {
  const unknown = names.find(name => !dataOperations.some(operation => operation.name === name))
  if (unknown === undefined) return
  throw new StartError(
    `MRAP_ALLOW: ${unknown} is not an operation of Amazon S3; allowed: names such as CopyObject,DeleteObjects`,
    2,
  )
}

function namesIn(store: Store, { config, world, clock }: AppOptions): KnownNames {
  return {
    domains: config.domains,
    credentials: world.accounts.length === 0 ? 'default' : 'world',
    multiRegionAccessPoints: store.listMrapsOfAllAccounts(clock.now()).map(({ accountId, name, alias, regions }) => ({
      account: accountId,
      name,
      alias,
      buckets: regions.map(({ bucket, region }) => ({ name: bucket, region })),
    })),
  }
}

/** A world is applied once, to an empty data directory (design 2.8). */
async function fillIfEmpty(store: Store, options: AppOptions): Promise<void> {
  if (store.isEmpty()) return applyWorld(store, options)
  const { world, log } = options
  if (world.buckets.length + world.multiRegionAccessPoints.length === 0) return
  log.info(
    'the data directory is not empty: accounts and credentials were taken from the world file, everything else was left as it is',
  )
}

async function applyWorld(store: Store, { world, config, clock }: AppOptions): Promise<void> {
  const now = clock.now()
  const regions = new Map<string, string>()
  for (const bucket of world.buckets) {
    regions.set(bucket.name, bucket.region)
    await seedBucket(store, { ...bucket, accountId: bucket.account ?? config.accountId }, now, config.bucketDefaults)
  }
  for (const mrap of world.multiRegionAccessPoints) {
    const buckets = mrap.buckets.map(({ name, account }) => ({
      name,
      accountId: account ?? world.buckets.find(bucket => bucket.name === name)?.account ?? config.accountId,
      region: regions.get(name) ?? '',
    }))
    await seedMrap(store, { ...mrap, accountId: mrap.account ?? config.accountId, buckets }, now)
  }
}
