import t from 'tap'
import { requireFuture, requireRetentionChange, type StoredRetention } from '../../../src/data/objects/object-lock.ts'

const now = Date.UTC(2026, 0, 1)
const later = (days: number) => now + days * 86_400_000
const governance = (days: number): StoredRetention => ({ mode: 'GOVERNANCE', retainUntil: later(days) })
const compliance = (days: number): StoredRetention => ({ mode: 'COMPLIANCE', retainUntil: later(days) })

t.test('what may replace a retention', async t => {
  // current, next, bypass, allowed
  const cases: readonly (readonly [StoredRetention | undefined, StoredRetention | undefined, boolean, boolean])[] = [
    [undefined, governance(1), false, true],
    [undefined, undefined, false, true],
    [governance(2), governance(3), false, true],
    [governance(2), compliance(3), false, false],
    [governance(2), compliance(3), true, true],
    [governance(2), governance(1), false, false],
    [governance(2), governance(1), true, true],
    [governance(2), undefined, false, false],
    [governance(2), undefined, true, true],
    [compliance(2), compliance(3), false, true],
    [compliance(2), compliance(1), true, false],
    [compliance(2), governance(3), true, false],
    [compliance(2), undefined, true, false],
    [governance(-1), undefined, false, true],
    [compliance(-1), governance(1), false, true],
  ]
  for (const [current, next, bypass, isAllowed] of cases) {
    const change = () => requireRetentionChange(current, next, { bypass, now })
    const name = JSON.stringify({ current, next, bypass })
    if (isAllowed) t.doesNotThrow(change, name)
    else {
      t.throws(
        change,
        { code: 'AccessDenied', status: 403, message: 'Access Denied because object protected by object lock.' },
        name,
      )
    }
  }
})

t.test('a date must be in the future', async t => {
  t.doesNotThrow(() => requireFuture(now + 1, now))
  t.throws(() => requireFuture(now, now), {
    code: 'InvalidArgument',
    message: 'The retain until date must be in the future!',
    fields: { ArgumentName: 'RetainUntilDate' },
  })
})

t.test('a date in the past is shown as the service shows it', async t => {
  // Recorded; and one in summer, when its clocks are set forward.
  for (const [date, shown] of [
    ['2020-01-01T00:00:00Z', 'Tue Dec 31 16:00:00 PST 2019'],
    ['2020-07-01T12:00:00Z', 'Wed Jul 01 05:00:00 PDT 2020'],
    ['2020-01-01T08:05:09Z', 'Wed Jan 01 00:05:09 PST 2020'],
  ] as const) {
    t.throws(() => requireFuture(Date.parse(date), now), { code: 'InvalidArgument', fields: { ArgumentValue: shown } })
  }
})
