import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import type { Response } from '../../../src/protocol/response.ts'
import { type DoorOptions, openDoors } from '../../../src/server/listeners/doors.ts'
import { ask, ok, openTestDoors, openWire, refusal } from './doors.ts'

const unusedCertificates = {
  caPem: () => Promise.reject(new Error('not asked for')),
  bundlePem: () => Promise.reject(new Error('not asked for')),
  leafFor: () => Promise.reject(new Error('not asked for')),
  defaultLeaf: () => Promise.reject(new Error('not asked for')),
}

function open(hosts: readonly string[], port: number, more: Partial<DoorOptions> = {}) {
  return openDoors({
    ...more,
    hosts,
    port,
    certificates: unusedCertificates,
    isOurHost: () => true,
    log: more.log ?? createLogger('silent'),
    dispatch: async () => ({ ...ok, body: 'hello' }),
    refuse: refusal,
  })
}

const hasIpv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address }) => address === '::1'))

test('both loopback addresses answer on one port', { skip: hasIpv6 ? false : 'this machine has no ::1' }, async t => {
  const doors = await open(['127.0.0.1', '::1'], 0)
  t.teardown(() => doors.close(0))
  for (const host of ['127.0.0.1', '::1']) {
    const wire = openWire(t, doors.port, connect(doors.port, host))
    wire.send('GET / HTTP/1.0\r\n\r\n')
    t.match(await wire.rest(), 'hello', host)
  }
})

test('an address this machine does not have', async t => {
  // TEST-NET-1 (RFC 5737): nobody has it.
  const doors = await open(['127.0.0.1', '192.0.2.1'], 0)
  t.teardown(() => doors.close(0))
  t.match(await ask(t, doors.port, 'GET / HTTP/1.0\r\n\r\n'), 'hello', 'is left out when another one is there')
  await t.rejects(open(['192.0.2.1'], 0), { exitCode: 2, message: /192\.0\.2\.1/ })
})

test('a port in use', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await t.rejects(open(['127.0.0.1'], port), { exitCode: 2, message: `port ${port} on 127.0.0.1 is in use` })
})

/** A port that is free a moment later. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

test('extra ports serve the same; one that cannot be had is a warning', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const free = await freePort()
  const lines: string[] = []
  const log = createLogger('warn', line => lines.push(line))
  const doors = await open(['127.0.0.1'], 0, { extraPorts: [taken, free], log })
  for (const port of [doors.port, free]) t.match(await ask(t, port, 'GET / HTTP/1.0\r\n\r\n'), 'hello')
  t.equal(lines.length, 1)
  t.match(lines[0], `port ${taken} on 127.0.0.1 is in use`)
  await doors.close(0)
  await t.rejects(ask(t, free, 'GET / HTTP/1.0\r\n\r\n').then(text => text || Promise.reject(new Error('closed'))))
})

test('the DNS door is opened and closed with the others', async t => {
  const log = createLogger('silent')
  const without = await open(['127.0.0.1'], 0)
  t.equal(without.dnsPort, undefined)
  await without.close(0)
  const doors = await open(['127.0.0.1'], 0, { dns: { port: 0, upstreams: [], answerIp: undefined }, log })
  t.ok(doors.dnsPort)
  const wire = openWire(t, doors.dnsPort ?? 0)
  await once(wire.socket, 'connect')
  await doors.close(0)
  t.equal(await wire.rest(), '')
})

test('closing lets what runs finish and takes nothing new', async t => {
  let finish: (response: Response) => void = () => {}
  let arrive = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const doors = await openTestDoors(t, ({ path }) => {
    if (path === '/idle') return ok
    arrive()
    return new Promise<Response>(resolve => (finish = resolve))
  })
  const silent = openWire(t, doors.port)
  const idle = openWire(t, doors.port)
  idle.send('GET /idle HTTP/1.1\r\nHost: h\r\n\r\n')
  await idle.until(text => text.includes('200 OK'))
  const busy = openWire(t, doors.port)
  busy.send('GET /busy HTTP/1.1\r\nHost: h\r\n\r\n')
  await arrived
  const closing = doors.close(10_000)
  await silent.rest()
  await idle.rest()
  const late = connect(doors.port, '127.0.0.1')
  const [error] = await once(late, 'error')
  t.match(error, { code: 'ECONNREFUSED' })
  finish({ ...ok, body: 'DONE' })
  t.match(await busy.rest(), /Connection: close\r\n.*DONE$/s)
  await closing
})

test('closing does not wait for ever', async t => {
  const doors = await openTestDoors(t, () => new Promise<Response>(() => {}))
  const busy = openWire(t, doors.port)
  busy.send('GET /busy HTTP/1.1\r\nHost: h\r\n\r\n')
  await new Promise(resolve => busy.socket.once('ready', resolve))
  await doors.close(0)
  t.equal(await busy.rest(), '')
})
