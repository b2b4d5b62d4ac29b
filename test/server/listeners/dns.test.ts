import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { decode, encode, type RecordType } from 'dns-packet'
import { type Test, test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import { type DnsDoor, type DnsOptions, openDnsDoor } from '../../../src/server/listeners/dns.ts'
import { dnsResponder } from '../../../src/server/listeners/dns-responder.ts'

const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'

async function openTestDoor(t: Test, options: Partial<DnsOptions> = {}): Promise<DnsDoor & { lines: string[] }> {
  const lines: string[] = []
  const door = await openDnsDoor({
    hosts: ['127.0.0.1'],
    port: 0,
    upstreams: [],
    answerIp: undefined,
    isOurHost: host => host.endsWith('.amazonaws.com') || host.endsWith('.localhost'),
    log: createLogger('debug', line => lines.push(line)),
    ...options,
  })
  t.teardown(() => door.close())
  return { ...door, lines }
}

function query(name: string, type: RecordType = 'A', id = 4711): Buffer {
  return encode({ id, flags: 0x100, questions: [{ type, name }] })
}

/** Sends a datagram and gives the first one that comes back. */
async function askUdp(t: Test, port: number | undefined, message: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  socket.send(message, port, '127.0.0.1')
  const [answer]: Buffer[] = await once(socket, 'message')
  return answer ?? Buffer.alloc(0)
}

/** Sends framed messages on one connection and gives as many answers, or fewer when it is closed. */
async function askTcp(t: Test, port: number | undefined, messages: readonly Buffer[]): Promise<Buffer[]> {
  const socket = connect(port ?? 0, '127.0.0.1')
  t.teardown(() => socket.destroy())
  for (const message of messages) {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    socket.write(length)
    socket.write(message)
  }
  const answers: Buffer[] = []
  let received = Buffer.alloc(0)
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes])
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0)
      answers.push(received.subarray(2, end))
      received = received.subarray(end)
    }
    if (answers.length === messages.length) break
  }
  return answers
}

/** A DNS server for the tests; `answer` may leave a question unanswered. */
async function startUpstream(t: Test, answer: (message: Buffer) => Buffer | undefined) {
  const socket = createSocket('udp4')
  const ports: number[] = []
  socket.on('message', (message, { port }) => {
    ports.push(port)
    const bytes = answer(message)
    if (bytes) socket.send(bytes, port, '127.0.0.1')
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => close(socket))
  return { address: '127.0.0.1', port: socket.address().port, ports }
}

function close(socket: UdpSocket): Promise<void> {
  return new Promise(resolve => {
    socket.close(resolve)
  })
}

function addressAnswer(message: Buffer, data: string): Buffer {
  const { id, questions } = decode(message)
  return encode({ type: 'response', id: id ?? 0, questions, answers: [{ type: 'A', name: 'x', data }] })
}

test('our names over UDP and TCP: A is our address, every other type exists without a record', async t => {
  const { port } = await openTestDoor(t)
  for (const name of [mrap, '111122223333.s3-control.us-west-2.amazonaws.com', '111122223333.localhost']) {
    const found = decode(await askUdp(t, port, query(name)))
    t.match(found, { id: 4711, rcode: 'NOERROR', flag_aa: true, answers: [{ type: 'A', name, data: '127.0.0.1' }] })
    for (const type of ['AAAA', 'TXT', 'SRV', 'MX'] as const) {
      const bytes = await askUdp(t, port, query(name, type))
      t.match(decode(bytes), { rcode: 'NOERROR', answers: [] }, `${type} ${name}`)
      t.equal(bytes.readUInt16BE(6), 0, 'no answers')
    }
  }
  const answers = await askTcp(t, port, [query(mrap), query(mrap, 'AAAA', 2)])
  t.strictSame(
    answers.map(bytes => [decode(bytes).id, decode(bytes).answers?.length]),
    [
      [4711, 1],
      [2, 0],
    ],
  )
})

test('an address to answer with', async t => {
  const { port } = await openTestDoor(t, { answerIp: '192.0.2.7' })
  t.match(decode(await askUdp(t, port, query(mrap))), { answers: [{ data: '192.0.2.7' }] })
})

test('without upstreams other names are refused, and the log names the way out once', async t => {
  const door = await openTestDoor(t)
  for (const name of ['example.com', 'example.com', 'sts.amazonaws.com.example', '.'])
    t.match(decode(await askUdp(t, door.port, query(name))), { rcode: 'REFUSED' }, name)
  const told = door.lines.filter(line => line.startsWith('info') && line.includes('refused example.com'))
  t.equal(told.length, 1)
  t.match(told[0], 'MRAP_DNS_UPSTREAM')
  await askUdp(t, door.port, query('111122223333.172.31.99.53'))
  t.match(door.lines.join(''), /111122223333 before 172\.31\.99\.53 is an account id.*endpoint override/)
})

test('forwarding: byte for byte, a fresh socket and id each time', async t => {
  const ids: number[] = []
  const upstream = await startUpstream(t, message => {
    ids.push(message.readUInt16BE(0))
    return addressAnswer(message, '198.51.100.9')
  })
  const { port } = await openTestDoor(t, { upstreams: [upstream] })
  for (let turn = 0; turn < 5; turn++) {
    const answer = decode(await askUdp(t, port, query('ExAmple.com')))
    t.match(answer, { id: 4711, questions: [{ name: 'ExAmple.com' }], answers: [{ data: '198.51.100.9' }] })
  }
  t.equal(new Set(upstream.ports).size, 6, 'the probe and five queries')
  t.ok(new Set(ids).size > 3, 'ids are drawn')
  const [overTcp] = await askTcp(t, port, [query('example.com')])
  t.match(overTcp && decode(overTcp), { id: 4711, answers: [{ data: '198.51.100.9' }] }, 'UDP where there is no TCP')
})

test('forwarding over TCP', async t => {
  const upstream = await startUpstream(t, message => addressAnswer(message, '198.51.100.1'))
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', bytes => {
      const answer = addressAnswer(bytes.subarray(2), '198.51.100.2')
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer.length)
      socket.write(length)
      socket.write(answer)
    })
  }).listen(upstream.port, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = await openTestDoor(t, { upstreams: [upstream] })
  const [answer] = await askTcp(t, port, [query('example.com')])
  t.match(answer && decode(answer), { id: 4711, answers: [{ data: '198.51.100.2' }] })
})

test('an answer with another id is not believed, the next upstream is asked, then the failure is told', async t => {
  const liar = await startUpstream(t, message => {
    const answer = addressAnswer(message, '203.0.113.1')
    const { name } = decode(message).questions?.[0] ?? {}
    // The probe is answered, so that only the query waits.
    if (name?.endsWith('.invalid')) return answer
    answer.writeUInt16BE((message.readUInt16BE(0) + 1) % 0x10000, 0)
    return answer
  })
  const honest = await startUpstream(t, message => addressAnswer(message, '198.51.100.9'))
  const both = await openTestDoor(t, { upstreams: [liar, honest] })
  t.match(decode(await askUdp(t, both.port, query('example.com'))), { answers: [{ data: '198.51.100.9' }] })
  const gone = await startUpstream(t, () => undefined)
  const one = await openTestDoor(t, { upstreams: [{ address: '127.0.0.1', port: 1 }, liar] })
  t.match(decode(await askUdp(t, one.port, query('example.com'))), { rcode: 'SERVFAIL' })
  t.match(decode(await askUdp(t, one.port, query(mrap))), { answers: [{ data: '127.0.0.1' }] }, 'own names go on')
  const closing = await openTestDoor(t, { upstreams: [gone] })
  await closing.close()
})

test('an upstream that leads back here is found out and not asked again', async t => {
  // Free a moment ago, and asked for by nobody else in this test.
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await close(socket)
  const door = await openTestDoor(t, { port, upstreams: [{ address: '127.0.0.1', port }] })
  const began = performance.now()
  t.match(decode(await askUdp(t, door.port, query('example.com'))), { rcode: 'REFUSED' })
  t.ok(performance.now() - began < 2000, 'without waiting for ourselves')
  t.match(door.lines.join(''), new RegExp(`the upstream 127.0.0.1:${port} leads back here`))
})

test('only local and private clients are answered', async t => {
  const respond = dnsResponder({
    isOurHost: () => true,
    addressFor: () => '127.0.0.1',
    forwarder: undefined,
    log: createLogger('silent'),
  })
  for (const client of ['127.0.0.1', '172.17.0.3', '::ffff:10.0.0.1', 'fd00::1'])
    t.ok(await respond(query(mrap), client, 'udp'), client)
  for (const client of ['8.8.8.8', '100.64.0.1', '2001:db8::1', ''])
    t.equal(await respond(query(mrap), client, 'udp'), undefined, client)
})

test('other operations, other classes, and noise', async t => {
  const { port } = await openTestDoor(t)
  const update = query(mrap)
  update.writeUInt16BE(0x2800, 2)
  t.match(decode(await askUdp(t, port, update)), { rcode: 'NOTIMP' })
  const chaos = query(mrap)
  chaos.writeUInt16BE(3, chaos.length - 2)
  t.match(decode(await askUdp(t, port, chaos)), { rcode: 'REFUSED' })
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  for (const noise of [Buffer.alloc(0), Buffer.alloc(12), Buffer.alloc(1501, 1), Buffer.alloc(60_000, 255)])
    socket.send(noise, port, '127.0.0.1')
  t.match(decode(await askUdp(t, port, query(mrap))), { rcode: 'NOERROR' }, 'it goes on')
  t.strictSame(await askTcp(t, port, [Buffer.alloc(2000)]), [], 'a long message ends the connection')
  t.equal((await askTcp(t, port, [query(mrap), Buffer.alloc(12)])).length, 1, 'so does one that is no query')
})

test('a port that cannot be had is a warning', async t => {
  const taken = await takenUdpPort()
  t.teardown(() => close(taken))
  const door = await openTestDoor(t, { port: taken.address().port })
  t.equal(door.port, taken.address().port)
  t.match(door.lines.join(''), /^warn {2}dns: UDP port \d+ on 127\.0\.0\.1 cannot be had \(EADDRINUSE\)/)
  const [answer] = await askTcp(t, door.port, [query(mrap)])
  t.match(answer && decode(answer), { rcode: 'NOERROR' }, 'TCP is there')
  const again = await openTestDoor(t, { port: door.port ?? 0 })
  t.equal(again.port, undefined, 'neither')
})

/** A UDP port that is taken, while TCP has it free: other tests take ports at the same time. */
async function takenUdpPort(): Promise<UdpSocket> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const taken = createSocket('udp4')
    taken.bind(0, '127.0.0.1')
    await once(taken, 'listening')
    const probe = createServer()
    const isFree = new Promise<boolean>(resolve => {
      probe.once('error', () => resolve(false))
      probe.listen(taken.address().port, '127.0.0.1', () => resolve(true))
    })
    if (await isFree) {
      probe.close()
      await once(probe, 'close')
      return taken
    }
    await close(taken)
  }
  throw new Error('no port is free')
}
