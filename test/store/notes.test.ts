import t from 'tap'
import { emptyStore } from '../helpers/empty-store.ts'

t.test('notes are kept, replaced, removed, and go with a reset', async t => {
  const { store } = await emptyStore(t)
  t.equal(store.findNote('faults'), undefined)
  await store.putNote('faults', 'one')
  await store.putNote('faults', 'two')
  await store.putNote('regions', 'three')
  t.equal(store.findNote('faults'), 'two')
  await store.putNote('faults', undefined)
  t.equal(store.findNote('faults'), undefined)
  await store.reset()
  t.equal(store.findNote('regions'), undefined)
})
