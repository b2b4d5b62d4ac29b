import { join } from 'node:path'
import t from 'tap'
import { replicationRounds } from './replication-rounds.ts'

t.test('three kills with replicas on their way deliver each once', { timeout: 110_000 }, async t => {
  const seed = Date.now() % 2 ** 32
  t.comment(`seed ${seed}`)
  const versions = await replicationRounds(join(t.testdir(), 'data'), 3, seed)
  t.ok(versions > 0, `${versions} versions in both buckets`)
})
