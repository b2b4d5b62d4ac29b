import { createLogger } from '../../src/protocol/logger.ts'
import { createWorldClock } from '../../src/protocol/world-clock.ts'
import { openWorldStore } from '../../src/server/apply-world.ts'

// Run by apply-world.test.ts, which kills it: applies a world (JSON of a parsed one) to a data directory.
const [, , dataDir = '', world = ''] = process.argv
await openWorldStore({
  config: { accountId: '000000000000', bucketDefaults: 'current' },
  world: JSON.parse(world),
  log: createLogger('silent'),
  clock: createWorldClock({ scope: 'state' }),
  dataDir,
  durability: 'process',
  onFailure: reason => process.stderr.write(`${reason.message}\n`),
})
