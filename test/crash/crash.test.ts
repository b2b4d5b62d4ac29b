import { join } from 'node:path'
import t from 'tap'
import { crashRounds } from './rounds.ts'

t.test('ten kills under load lose nothing', { timeout: 110_000 }, async t => {
  const seed = Date.now() % 2 ** 32
  t.comment(`seed ${seed}`)
  const outcome = await crashRounds(join(t.testdir(), 'data'), 10, seed, () => {})
  t.equal(outcome.rounds, 10)
  t.ok(outcome.objects > 0, `${outcome.objects} keys were written`)
})
