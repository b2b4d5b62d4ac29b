import type { Replication } from '../data/replication/replication.ts'
import type { WorldClock } from '../protocol/world-clock.ts'
import type { Store } from '../store/store.ts'
import type { Config } from './config.ts'
import type { Faults } from './faults/faults.ts'
import type { RegionConditions } from './faults/regions.ts'
import { packageVersion } from './version.ts'

/** What `GET /_mrap/v1/info` looks at. */
export interface Observed {
  readonly config: Config
  readonly store: Store
  readonly clock: WorldClock
  readonly regions: RegionConditions
  readonly faults: Faults
  readonly replication: Replication
}

/** Options that hold a secret: shown as `set`. */
const secrets = new Set(['managementToken'])

/** Version, settings, counts, and all that is not as it would be after a plain start: nothing of it is to go unseen. */
export function emulatorInfo({ config, store, clock, regions, faults, replication }: Observed) {
  const buckets = store.listBucketsOfAllAccounts()
  const { mode, now, wall, offsetMs } = clock.state()
  return {
    version: packageVersion(),
    node: process.version,
    sqlite: store.sqliteVersion,
    uptimeSeconds: Math.round(process.uptime()),
    dataDirectory: config.dataDir === undefined ? 'temporary' : 'kept',
    durability: config.durability,
    timing: config.timing,
    options: Object.fromEntries(
      Object.entries(config)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, secrets.has(name) ? 'set' : value]),
    ),
    counts: {
      buckets: buckets.length,
      multiRegionAccessPoints: store.listMrapsOfAllAccounts(now).length,
      replicationPending: replication.list().reduce((sum, { pendingOperations }) => sum + pendingOperations, 0),
    },
    clock: { mode, now: new Date(now).toISOString(), wall: new Date(wall).toISOString(), offsetMs },
    active: {
      faults: faults.list().map(({ name }) => name),
      regions: regions.special(),
      pauses: replication.pauses().map(({ id }) => id),
      clock: mode === 'frozen' || Math.abs(offsetMs) >= 1000,
      // Copied before the answer of the write: kinder than the service.
      replicationAtOnce: config.replicationLagMs.max === 0,
    },
  }
}
