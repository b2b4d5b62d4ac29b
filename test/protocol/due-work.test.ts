import t from 'tap'
import { createDueLog, type DueItem, type DueWork } from '../../src/protocol/due-work.ts'
import { createWorldClock } from '../../src/protocol/world-clock.ts'

/** Work at fixed instants. */
function work(kind: string, instants: readonly number[], runDue?: DueWork['runDue']): DueWork {
  return {
    nextDue(after) {
      const at = Math.min(...instants.filter(instant => instant > after))
      return instants.filter(instant => instant === at).map((_, n): DueItem => ({ at, kind, what: `${kind} ${n}` }))
    },
    ...(runDue && { runDue }),
  }
}

t.test('time moves from one instant that something falls due at to the next', async t => {
  const clock = createWorldClock({ start: 0, scope: 'state' })
  const log = createDueLog(clock)
  const seen: string[] = []
  const pending = [10, 30]
  log.register(work('operation', [10, 20, 20, 40]))
  log.register(
    work('replication', pending, async at => {
      seen.push(`${at} ${clock.now()}`)
      // What is done may bring about more.
      if (at === 10) pending.push(15)
    }),
  )
  t.strictSame(log.nextDue(), { at: 10, kind: 'operation', what: 'operation 0' })
  const [first, second] = await Promise.all([log.advance(25), log.advance(30)])
  t.strictSame(
    first?.ran.map(({ at, kind }) => `${at} ${kind}`),
    ['10 operation', '10 replication', '15 replication', '20 operation', '20 operation'],
  )
  t.equal(first?.total, 5)
  t.match(second, { ran: [{ at: 30, kind: 'replication' }], total: 1 }, 'one after the other')
  t.strictSame(seen, ['10 10', '15 15', '20 20', '30 30'])
  t.equal(clock.now(), 30)
  t.strictSame(await log.advance(35), { ran: [], total: 0 })
  t.equal(clock.now(), 35)
  t.equal(await log.advance(34), undefined)
  t.match(log.nextDue(), { at: 40 })
  await log.advance(100)
  t.equal(log.nextDue(), undefined)
})

t.test('what is listed is bounded', async t => {
  const log = createDueLog(createWorldClock({ start: 0, scope: 'state' }))
  log.register(
    work(
      'route',
      Array.from({ length: 1500 }, (_, n) => n + 1),
    ),
  )
  const advanced = await log.advance(2000)
  t.equal(advanced?.ran.length, 1000)
  t.equal(advanced?.total, 1500)
})
