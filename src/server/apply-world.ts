import { seedMrap } from '../control/seed.ts'
import { seedBucket } from '../data/seed.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Logger } from '../protocol/logger.ts'
import { StartError } from '../protocol/start-error.ts'
import { DataDirectoryError } from '../store/database.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import type { World, WorldPublicAccessBlock } from '../world/world.ts'
import type { Config } from './config.ts'

/** Where the world stands, and what is in it at first. */
export interface WorldStoreOptions {
  readonly config: Pick<Config, 'accountId' | 'bucketDefaults'>
  readonly world: World
  readonly log: Logger
  readonly clock: Clock
  /** Exists. */
  readonly dataDir: string
  /** `ephemeral`: the directory is private to this process and removed at its end. */
  readonly durability: 'ephemeral' | 'persistent'
  /** The store broke: nothing can be acknowledged any more. */
  readonly onFailure: (reason: Error) => void
}

/** The store of a data directory, with the world in it if it was empty. Throws StartError. */
export async function openWorldStore(options: WorldStoreOptions): Promise<Store> {
  const store = await openData(options)
  try {
    await fillIfEmpty(store, options)
    return store
  } catch (error) {
    // Half a world would be taken for a whole one at the next start.
    await store.reset()
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

/** The data directory, or why it cannot be had, with the ways out (design 2.3). */
async function openData({ dataDir: directory, durability, onFailure }: WorldStoreOptions): Promise<Store> {
  try {
    return await openStore({ directory, durability, onFailure })
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error
    const [wayOut, exitCode] =
      error.kind === 'in-use'
        ? (['stop the other process, or name another directory', 75] as const)
        : (['name another directory, or move this one away to begin anew', 78] as const)
    throw new StartError(`${error.message}; ${wayOut}`, exitCode, 'MRAP_DATA_DIR')
  }
}

/** A world is applied once, to an empty data directory (design 2.8). */
async function fillIfEmpty(store: Store, options: WorldStoreOptions): Promise<void> {
  if (store.isEmpty()) return applyWorld(store, options)
  const { world, log } = options
  if (world.buckets.length + world.multiRegionAccessPoints.length === 0) return
  log.info(
    'the data directory is not empty: accounts and credentials were taken from the world file, everything else was left as it is',
  )
}

/** Puts what the world lists into an empty store. */
export async function applyWorld(store: Store, { world, config, clock }: WorldStoreOptions): Promise<void> {
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
