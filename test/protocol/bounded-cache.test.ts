import t from 'tap'
import { boundedCache } from '../../src/protocol/bounded-cache.ts'

t.test('forgets the oldest entry', async t => {
  const cache = boundedCache<number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.set('b', 3)
  t.equal(cache.get('a'), 1, 'replacing an entry costs no other')
  cache.set('c', 4)
  t.equal(cache.get('a'), undefined)
  t.equal(cache.get('b'), 3)
  t.equal(cache.get('c'), 4)
})
