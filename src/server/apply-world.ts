import { seedMrap } from '../control/seed.ts'
import { type SeedReplication, seedReplication } from '../data/replication/seed.ts'
import { seedBucket } from '../data/seed.ts'
import type { Logger } from '../protocol/logger.ts'
import type { WorldClock } from '../protocol/world-clock.ts'
import type { Bodies, StagedBody } from '../store/bodies/body.ts'
import type { Durability } from '../store/database.ts'
import type { ReplicationDefaults } from '../store/replication/controls.ts'
import type { BucketContent, Store, StoreContent } from '../store/store.ts'
import type { World, WorldPublicAccessBlock } from '../world/world.ts'
import { clockMemory } from './clock-memory.ts'
import type { Config } from './config.ts'
import { openDataDirectory } from './data-directory.ts'

/** Where the world stands, and what is in it at first. */
export interface WorldStoreOptions {
  readonly config: Pick<Config, 'accountId' | 'bucketDefaults'>
  readonly world: World
  readonly log: Logger
  readonly clock: WorldClock
  /** Exists. */
  readonly dataDir: string
  /** `ephemeral`: the directory is private to this process and removed at its end. */
  readonly durability: Durability
  /** Default: replicas are written at once. */
  readonly replication?: ReplicationDefaults | undefined
  /** The store broke: nothing can be acknowledged any more. */
  readonly onFailure: (reason: Error) => void
}

/** The store of a data directory, with the world in it if it was empty. Throws StartError. */
export async function openWorldStore(options: WorldStoreOptions): Promise<Store> {
  const { dataDir: directory, durability, replication, onFailure } = options
  const store = await openDataDirectory({ directory, durability, replication, onFailure })
  if (durability !== 'ephemeral') options.clock.keepIn(clockMemory(store))
  try {
    await fillIfEmpty(store, options)
    // Nobody waits for it: the thread that writes is still starting.
    options.clock.flush().catch(() => undefined)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/** What accounts block: what they have set through S3 Control, else what the world file says. */
export function accountBlocksOf(
  { accounts }: World,
  store: Store,
): (accountId: string) => WorldPublicAccessBlock | undefined {
  const initial = new Map(accounts.map(({ id, publicAccessBlock }) => [id, publicAccessBlock]))
  return accountId => {
    const changed = store.findAccountBlock(accountId)
    return changed ? changed.block : initial.get(accountId)
  }
}

/** A world is applied once, to an empty data directory (design 2.8). */
async function fillIfEmpty(store: Store, options: WorldStoreOptions): Promise<void> {
  const { world, log, clock } = options
  if (world.buckets.length + world.multiRegionAccessPoints.length === 0) return
  if (store.isEmpty()) return replaceBy(store, options, clock.now())
  log.info(
    'the data directory is not empty: accounts and credentials were taken from the world file, everything else was left as it is',
  )
}

/** Back to the world as it was listed, and to the time when it began. When that cannot be done, all stays as it was. */
export async function resetWorld(store: Store, options: WorldStoreOptions): Promise<void> {
  const origin = options.clock.origin()
  await replaceBy(store, options, origin)
  await options.clock.restart(origin)
}

/**
 * Replaces all that the store holds by what the world lists, as of `now`, at once: nobody sees half of it, and when it cannot be done, or
 * the process is killed meanwhile, the store stays as it was.
 */
async function replaceBy(store: Store, options: WorldStoreOptions, now: number): Promise<void> {
  const staged: StagedBody[] = []
  const stage: Bodies['stage'] = asked => {
    const body = store.bodies.stage(asked)
    staged.push(body)
    return body
  }
  try {
    await store.reset(await contentOf(store, stage, options, now))
  } catch (error) {
    await Promise.all(staged.map(body => body.discard()))
    throw error
  }
}

async function contentOf(
  store: Store,
  stage: Bodies['stage'],
  { world, config }: WorldStoreOptions,
  now: number,
): Promise<StoreContent> {
  const accountOf = (name: string) => world.buckets.find(bucket => bucket.name === name)?.account
  const regions = new Map(world.buckets.map(({ name, region }) => [name, region]))
  const buckets: BucketContent[] = []
  for (const bucket of world.buckets) {
    const owned = { ...bucket, accountId: bucket.account ?? config.accountId }
    buckets.push(await seedBucket({ stage }, owned, now, config.bucketDefaults))
  }
  const mraps = world.multiRegionAccessPoints.map(mrap => {
    const members = mrap.buckets.map(({ name, account }) => ({
      name,
      accountId: account ?? accountOf(name) ?? config.accountId,
      region: regions.get(name) ?? '',
    }))
    return seedMrap(store, { ...mrap, accountId: mrap.account ?? config.accountId, buckets: members }, now)
  })
  const replication = await seedReplication(buckets, replicationOf(world))
  const changed = buckets.map(content => ({ ...content, change: replication.get(content.bucket.name) }))
  return { buckets: changed, mraps }
}

function replicationOf({ buckets, multiRegionAccessPoints: mraps }: World): SeedReplication {
  return {
    configurations: new Map(buckets.flatMap(({ name, replication }) => (replication ? [[name, replication]] : []))),
    templates: mraps.flatMap(({ buckets: members, replication }) => {
      if (!replication) return []
      const { from, to, ...template } = replication
      const names = members.map(({ name }) => name)
      const sources = from ?? names
      return [{ ...template, sources, destinations: to ?? names.filter(name => !sources.includes(name)) }]
    }),
  }
}
