import { test } from 'tap'
import { randomIdBytes, randomIdIndex, randomIdUuid, seedIds } from '../../src/protocol/random-bytes.ts'

test('ids differ, seeded ones repeat', async t => {
  t.teardown(() => seedIds(undefined))
  const draw = () => Array.from({ length: 500 }, () => randomIdBytes(56).toString('hex'))
  t.equal(new Set(draw()).size, 500)
  seedIds('one')
  const first = draw()
  seedIds('one')
  t.strictSame(draw(), first)
  seedIds('two')
  t.notSame(draw(), first)
})

test('letters and UUIDs', async t => {
  const counts = new Map<number, number>()
  for (let turn = 0; turn < 36_000; turn++) {
    const index = randomIdIndex(36)
    counts.set(index, (counts.get(index) ?? 0) + 1)
  }
  t.equal(counts.size, 36)
  t.ok([...counts.values()].every(count => count > 700 && count < 1300))
  t.match(randomIdUuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
