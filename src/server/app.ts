import { controlDueWork } from '../control/due-work.ts'
import { controlPlane } from '../control/plane.ts'
import { dataOperations } from '../data/operations/index.ts'
import { dataPlane } from '../data/plane.ts'
import { replicatingStore } from '../data/replication/replicating-store.ts'
import { createReplication, type Replication } from '../data/replication/replication.ts'
import { createKms } from '../kms/service.ts'
import { type Delay, systemDelay } from '../protocol/clock.ts'
import { createDueLog, type DueLog } from '../protocol/due-work.ts'
import type { Logger } from '../protocol/logger.ts'
import { createRandom } from '../protocol/random.ts'
import { seedIds } from '../protocol/random-bytes.ts'
import { StartError } from '../protocol/start-error.ts'
import type { Store } from '../store/store.ts'
import { sealingKeyIn } from '../sts/sealing-key.ts'
import { createSts } from '../sts/service.ts'
import { createSessions } from '../sts/sessions.ts'
import { organizationsOf } from '../world/circumstances.ts'
import { accountBlocksOf, openWorldStore, resetWorld, type WorldStoreOptions } from './apply-world.ts'
import type { Config } from './config.ts'
import { credentialFinder, unknownKeyHint } from './credentials.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { createDueNews } from './due-news.ts'
import { emulatorInfo } from './emulator-info.ts'
import { createFaults } from './faults/faults.ts'
import { createHazards } from './faults/hazards.ts'
import { createRegions } from './faults/regions.ts'
import { createRoutesLags } from './faults/routes-lag.ts'
import { wait } from './faults/wait.ts'
import { createManagement } from './management/index.ts'
import type { Certificates, KnownNames } from './management/services.ts'
import { drawn } from './option-values.ts'

export interface AppOptions extends WorldStoreOptions {
  readonly config: Config
  readonly certificates: Certificates
  /** Default: the machine's. */
  readonly delay?: Delay
}

/** The emulator without its listeners. */
export interface App {
  readonly dispatch: Dispatch
  /** What falls due by world time, and the way to move it there. */
  readonly due: DueLog
  readonly replication: Replication
  /** Back to the state after the world was loaded. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Composition root: where toolkit, planes and store meet. Throws StartError. */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, world, log, clock } = options
  refuseUnknownOperations(config.allow)
  seedIds(config.seed)
  const defaults = { lag: config.replicationLagMs, seed: config.seed ?? '' }
  const store = await openWorldStore({ ...options, replication: defaults })
  const random = createRandom(config.seed)
  const notes = { find: store.findNote, put: store.putNote }
  const regions = createRegions(
    clock,
    notes,
    () => drawn(config.rerouteDelayMs, random),
    () => goOn(),
  )
  const faults = createFaults(clock, notes, random)
  const routesLags = createRoutesLags(notes)
  const replication = createReplication({
    store,
    clock,
    delay: systemDelay,
    defaults,
    isRegionUp: region => regions.get(region).replication.condition === 'up',
    failed: error => log.error(`replication: ${error instanceof Error ? error.message : error}`),
  })
  const goOn = () => {
    replication.run().catch(() => undefined)
  }
  let lastReset: Promise<void> = Promise.resolve()
  // One after another: two at once would apply the world twice.
  const reset = () => {
    const next = lastReset.then(async () => {
      await resetWorld(store, options)
      regions.reload()
      faults.reload()
      news.restart()
      routesLags.reload()
    })
    lastReset = next.catch(() => undefined)
    return next
  }
  const due = createDueLog(clock)
  const works = controlDueWork(store)
  for (const work of [...works, ...replication.dueWork]) due.register(work)
  const news = createDueNews(works, clock, log)
  news.look()
  const accountBlocks = accountBlocksOf(world, store)
  const organizationOf = organizationsOf(world.accounts)
  const sessions = createSessions(world, sealingKeyIn(options.dataDir))
  const operationDelayMs = () => drawn(config.operationDelayMs, random)
  const findCredential = credentialFinder(world, config, sessions)
  const keyHint = unknownKeyHint(world)
  const dispatch: Dispatch = createDispatch({
    clock,
    delay: options.delay ?? systemDelay,
    log,
    domains: config.domains,
    findCredential,
    unknownKeyHint: keyHint,
    afterControl: news.look,
    hazards: createHazards(regions, faults, random, wait),
    kms: createKms({ world, clock, findCredential, unknownKeyHint: keyHint, trace: traceTo(log) }),
    sts: createSts({ world, clock, sessions, findCredential, unknownKeyHint: keyHint, trace: traceTo(log) }),
    planes: {
      control: controlPlane({
        store,
        clock,
        accountBlocks,
        organizationOf,
        allowOrigins: config.allowOrigins,
        trace: traceTo(log),
        settings: {
          operationDelayMs,
          routesDelayMs: (alias, region) => drawn(routesLags.of(alias, region) ?? config.routesDelayMs, random),
        },
      }),
      data: dataPlane({
        store: replicatingStore(store, replication.admitted),
        clock,
        accountBlocks,
        organizationOf,
        trace: traceTo(log),
        settings: { bucketDefaults: config.bucketDefaults, restoreDelayMs: operationDelayMs },
        clientRegion: config.clientRegion,
        regions,
        allow: config.allow,
        allowOrigins: config.allowOrigins,
      }),
    },
    manage: createManagement({
      services: {
        store,
        clock,
        log,
        regions,
        faults,
        routesLags,
        due,
        replication,
        dispatch: request => dispatch(request),
        info: () => emulatorInfo({ config, store, clock, regions, faults, replication }),
        reset,
        certificates: options.certificates,
        names: () => namesIn(store, options),
      },
      token: config.managementToken,
      log,
    }),
  })
  // What an earlier process left queued.
  goOn()
  return {
    dispatch,
    replication,
    due,
    reset,
    async close() {
      news.close()
      await replication.stop()
      // What a full disk does not take, the next start finds in the store's rows.
      await clock.flush().catch(() => undefined)
      await store.close()
    },
  }
}

/** Reasons cost more than decisions, so they are looked for only where they are logged. */
function traceTo(log: Logger) {
  if (!log.logs('trace')) return undefined
  return (lines: readonly string[], requestId = '-') => log.trace(`${requestId} ${lines.join('\n')}`)
}

/** A name that is no operation would allow nothing, silently. */
function refuseUnknownOperations(names: readonly string[]): void {
  const unknown = names.find(name => !dataOperations.some(operation => operation.name === name))
  if (unknown === undefined) return
  throw new StartError(
    `${unknown} is not an operation of Amazon S3; allowed: names such as CopyObject,DeleteObjects`,
    2,
    'MRAP_ALLOW',
  )
}

function namesIn(store: Store, { config, world, clock }: AppOptions): KnownNames {
  return {
    domains: config.domains,
    credentials: world.accounts.length === 0 ? 'default' : 'world',
    defaultAccount: config.accountId,
    multiRegionAccessPoints: store.listMrapsOfAllAccounts(clock.now()).map(({ accountId, name, alias, regions }) => ({
      account: accountId,
      name,
      alias,
      buckets: regions.map(({ bucket, region }) => ({ name: bucket, region })),
    })),
  }
}
