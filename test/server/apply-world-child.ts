import { manualClock } from '../../src/protocol/clock.ts'
import { createLogger } from '../../src/protocol/logger.ts'
import { openWorldStore } from '../../src/server/apply-world.ts'

// Run by apply-world.test.ts, which kills it: applies a world (JSON of a parsed one) to a data directory.
const [, , dataDir = '', world = ''] = process.argv
await openWorldStore({
  config: { accountId: '000000000000', bucketDefaults: 'current' },
  world: JSON.parse(world),
  log: createLogger('silent'),
  clock: manualClock(),
  dataDir,
  durability: 'persistent',
  onFailure: reason => process.stderr.write(`${reason.message}\n`),
})
