import t from 'tap'
import { type ClockMemory, createWorldClock, type KeptClock } from '../../src/protocol/world-clock.ts'

const start = Date.UTC(2026, 0, 1)

function machineAt(time: number) {
  const machine = { time, now: () => machine.time }
  return machine
}

/** A memory, and how often it was written to. */
function memory(): ClockMemory & { kept: KeptClock | undefined; saves: number } {
  const self = {
    kept: undefined as KeptClock | undefined,
    saves: 0,
    load: () => self.kept,
    save: async (kept: KeptClock) => {
      self.kept = kept
      self.saves++
    },
  }
  return self
}

t.test('runs with the machine, and never goes back', async t => {
  const machine = machineAt(start)
  const clock = createWorldClock({ scope: 'state', machine: machine.now })
  t.equal(clock.now(), start)
  machine.time += 5000
  t.equal(clock.now(), start + 5000)
  machine.time -= 800
  t.equal(clock.now(), start + 5000, 'a small step back is waited out')
  machine.time += 1000
  t.equal(clock.now(), start + 5200)
  t.strictSame(clock.state(), { mode: 'running', now: start + 5200, wall: start + 5200, offsetMs: 0 })

  machine.time -= 3_600_000
  t.equal(clock.now(), start + 5200)
  machine.time += 1000
  t.equal(clock.now(), start + 6200, 'a large one is not: time goes on from the highest instant')
  t.match(clock.state(), { mode: 'running', offsetMs: 3_600_000, wall: start + 6200 - 3_600_000 })
  t.equal(clock.wall(), machine.time)
})

t.test('stands, is moved, runs on from there', async t => {
  const machine = machineAt(start)
  const clock = createWorldClock({ scope: 'state', machine: machine.now })
  t.equal(await clock.set({ mode: 'frozen' }), 'set')
  machine.time += 60_000
  t.equal(clock.now(), start)
  t.equal(clock.wall(), start + 60_000, 'signatures go by the machine')
  t.equal(await clock.advanceTo(start - 1), 'backwards')
  t.equal(await clock.set({ mode: 'frozen', now: start - 1 }), 'backwards')
  t.equal(await clock.set({ mode: 'running', offsetMs: -120_000 }), 'backwards')
  t.equal(clock.now(), start)
  t.equal(await clock.advanceTo(start + 86_400_000), 'set')
  t.match(clock.state(), { mode: 'frozen', now: start + 86_400_000 })
  t.equal(await clock.set({ mode: 'running' }), 'set')
  machine.time += 7
  t.equal(clock.now(), start + 86_400_007)
  t.equal(await clock.set({ mode: 'running', offsetMs: 2 * 86_400_000 }), 'set')
  t.equal(clock.now(), machine.time + 2 * 86_400_000)
})

t.test('an instant to start at; everything may follow', async t => {
  const machine = machineAt(start)
  const clock = createWorldClock({ start: 0, scope: 'everything', machine: machine.now })
  machine.time += 1000
  t.equal(clock.now(), 0)
  t.equal(clock.wall(), 0)
  await clock.advanceTo(5)
  t.equal(clock.origin(), 0)
  await clock.restart(clock.origin())
  t.match(clock.state(), { mode: 'frozen', now: 0, wall: start + 1000 })
})

t.test('mode, offset and the highest instant outlive the process', async t => {
  const kept = memory()
  const first = machineAt(start)
  const clock = createWorldClock({ scope: 'state', machine: first.now })
  clock.keepIn(kept)
  let highest = 0
  for (let n = 0; n < 100_000; n++) {
    if (n % 10 === 0) first.time += 1
    highest = clock.now()
  }
  t.ok(kept.saves > 5 && kept.saves < 30, `kept ${kept.saves} times in ten seconds of 100,000 reads`)

  const setBack = machineAt(start - 3_600_000)
  const second = createWorldClock({ scope: 'state', machine: setBack.now })
  second.keepIn(kept)
  t.ok(second.now() >= highest, 'a killed process has given out nothing later')
  t.ok(second.now() <= highest + 1000)
  setBack.time += 10_000
  t.ok(second.now() >= highest + 10_000, 'and time goes on')
  await second.set({ mode: 'frozen' })
  const stands = second.now()

  const third = createWorldClock({ start: 0, scope: 'state', machine: first.now })
  third.keepIn(kept)
  t.match(third.state(), { mode: 'frozen', now: stands })
  await third.restart(third.origin())
  await third.flush()
  const fourth = createWorldClock({ scope: 'state', machine: first.now })
  fourth.keepIn(kept)
  t.match(fourth.state(), { mode: 'frozen', now: 0 })
})

t.test('a shutdown keeps the instant exactly', async t => {
  const kept = memory()
  const machine = machineAt(start)
  const clock = createWorldClock({ scope: 'state', machine: machine.now })
  clock.keepIn(kept)
  clock.now()
  await clock.flush()
  const next = createWorldClock({ scope: 'state', machine: machine.now })
  next.keepIn(kept)
  t.equal(next.now(), start)
})
