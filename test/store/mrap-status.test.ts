import t from 'tap'
import { mrapStatus } from '../../src/store/mrap-status.ts'

t.test('CREATING, READY, DELETING by the clock', async t => {
  const mrap = { readyAt: 10, deletingAt: 20 }
  t.strictSame(
    [0, 9, 10, 19, 20, 99].map(now => mrapStatus(mrap, now)),
    ['CREATING', 'CREATING', 'READY', 'READY', 'DELETING', 'DELETING'],
  )
  t.equal(mrapStatus({ readyAt: 10, deletingAt: undefined }, 99), 'READY')
})
