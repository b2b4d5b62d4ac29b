import t from 'tap'
import { establishedPolicy, proposedPolicy } from '../../src/store/mrap-policy.ts'

const policies = [
  { policy: 'first', submittedAt: 0, establishedAt: 10 },
  { policy: 'second', submittedAt: 20, establishedAt: 30 },
]

t.test('the established policy is the newest whose time has come', async t => {
  t.strictSame(
    [9, 10, 29, 30].map(now => establishedPolicy(policies, now)),
    [undefined, 'first', 'first', 'second'],
  )
})

t.test('the proposed policy is the newest', async t => {
  t.equal(proposedPolicy(policies), 'second')
  t.equal(proposedPolicy([]), undefined)
})
