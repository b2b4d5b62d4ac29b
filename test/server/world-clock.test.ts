import t from 'tap'
import { compiledServer, startEmulatorProcess } from '../helpers/emulator-process.ts'

t.test('a clock that was set goes on after a restart, and answers say how far it is off', async t => {
  const DATA_DIR = t.testdir()
  const start = (options: Readonly<Record<string, string>>) =>
    startEmulatorProcess({ DATA_DIR, ...options }, { main: compiledServer })
  const headersOf = async (url: string) => (await fetch(`${url}/nothing`)).headers

  const first = await start({ CLOCK: '2040-01-01T00:00:00Z' })
  const headers = await headersOf(first.url)
  const seconds = Number(/^\+(\d+)s$/.exec(headers.get('x-mrap-clock') ?? '')?.[1])
  t.ok(Math.abs(Date.UTC(2040, 0, 1) - Date.now() - seconds * 1000) < 60_000)
  t.ok(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now()) < 60_000, 'Date is wall time')
  t.match(first.log(), /^World time is 2040-01-01T00:00:00.000Z, frozen\.$/m)
  t.match(first.log(), /^Data in .*: what was acknowledged survives the end of this process/m)
  t.equal((await fetch(`${first.url}/_mrap/reset`, { method: 'POST' })).status, 204)
  await first.kill()

  const second = await start({ CLOCK_SCOPE: 'everything' })
  const later = await headersOf(second.url)
  t.equal(later.get('date'), 'Sun, 01 Jan 2040 00:00:00 GMT', 'it still stands there, killed or not')
  t.equal(later.get('x-mrap-clock'), null)
  await second.stop()
})

t.test('a machine whose clock is right gives no header', async t => {
  const emulator = await startEmulatorProcess({}, { main: compiledServer })
  t.teardown(() => emulator.stop())
  t.equal((await fetch(`${emulator.url}/nothing`)).headers.get('x-mrap-clock'), null)
})
