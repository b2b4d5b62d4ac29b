import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, createServer, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { type Test, test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { openOnePort } from '../../../src/server/listeners/one-port.ts'
import { ask, bodyOf, ok, openTestDoors, openWire } from './doors.ts'

const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'

async function doorsThatSay(t: Test) {
  const seen: RawRequest[] = []
  const doors = await openTestDoors(t, async request => {
    seen.push(request)
    return {
      ...ok,
      body: `${request.door} ${request.viaProxy} ${request.host}${request.path} ${await bodyOf(request)}`,
    }
  })
  return { ...doors, seen }
}

function secure(t: Test, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(options, () => resolve(socket))
    socket.on('error', reject)
    t.teardown(() => socket.destroy())
  })
}

/** A tunnel through the proxy door. */
async function tunnel(t: Test, port: number, to: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`)
  let head = ''
  while (!head.includes('\r\n\r\n')) {
    await new Promise(resolve => socket.once('readable', resolve))
    head += String(socket.read() ?? '')
  }
  t.equal(head, 'HTTP/1.1 200 Connection Established\r\n\r\n')
  return socket
}

test('TLS: a certificate of exactly the name asked for', async t => {
  const doors = await doorsThatSay(t)
  const ca = await doors.certificates.caPem()
  for (const name of [mrap, 'a.b.s3.us-west-2.amazonaws.com', '111122223333.s3-control.us-west-2.amazonaws.com']) {
    const socket = await secure(t, {
      port: doors.port,
      host: '127.0.0.1',
      servername: name,
      ca,
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    t.ok(socket.authorized, name)
    t.equal(socket.getPeerCertificate().subjectaltname, `DNS:${name}`)
    t.equal(socket.alpnProtocol, 'http/1.1')
    const wire = openWire(t, doors.port, socket)
    wire.send(`PUT /k HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody`)
    t.match(await wire.rest(), `tls false ${name}/k body`)
  }
})

test('TLS: no name, or a foreign one, gets the default certificate', async t => {
  const doors = await doorsThatSay(t)
  const ca = await doors.certificates.caPem()
  const byAddress = await secure(t, { port: doors.port, host: '127.0.0.1', ca })
  t.ok(byAddress.authorized, 'an address is covered')
  for (const servername of ['bank.example', 's3.amazonaws.com.example']) {
    const foreign = await secure(t, { port: doors.port, host: '127.0.0.1', servername, ca, rejectUnauthorized: false })
    t.match(foreign.authorizationError, 'ERR_TLS_CERT_ALTNAME_INVALID', servername)
  }
  await t.rejects(
    secure(t, { port: doors.port, host: '127.0.0.1', ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }),
    'TLS 1.1',
  )
  await t.rejects(secure(t, { port: doors.port, host: '127.0.0.1' }), 'without our CA')
  const alert = await ask(t, doors.port, Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]))
  t.equal(alert.charCodeAt(0), 0x15, 'a broken handshake gets an alert, and the connection ends')
})

test('proxy: CONNECT, then TLS, then a request', async t => {
  const doors = await doorsThatSay(t)
  const ca = await doors.certificates.caPem()
  const socket = await tunnel(t, doors.port, `${mrap}:443`)
  const inner = await secure(t, { socket, servername: mrap, ca })
  t.ok(inner.authorized)
  const wire = openWire(t, doors.port, inner)
  wire.send(`PUT /1 HTTP/1.1\r\nHost: ${mrap}\r\nContent-Length: 1\r\n\r\na`)
  await wire.until(text => text.includes(`proxy true ${mrap}/1 a`))
  wire.send(`GET /2 HTTP/1.1\r\nHost: ${mrap}\r\nConnection: close\r\n\r\n`)
  t.match(await wire.rest(), `proxy true ${mrap}/2`, 'kept alive inside the tunnel')
})

test('proxy: CONNECT, then plain HTTP; a client may not wait for the answer to CONNECT', async t => {
  const doors = await doorsThatSay(t)
  const plain = openWire(t, doors.port, await tunnel(t, doors.port, 'b.s3.amazonaws.com:80'))
  plain.send('GET /k HTTP/1.1\r\nHost: b.s3.amazonaws.com\r\nConnection: close\r\n\r\n')
  t.match(await plain.rest(), 'proxy true b.s3.amazonaws.com/k')
  const eager = await ask(
    t,
    doors.port,
    `CONNECT S3.amazonaws.com:${doors.port} HTTP/1.1\r\n\r\nGET /k HTTP/1.1\r\nHost: s3.amazonaws.com\r\nConnection: close\r\n\r\n`,
  )
  t.match(eager, /^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK.*proxy true s3\.amazonaws\.com\/k/s)
})

test('proxy: refusals', async t => {
  const doors = await doorsThatSay(t)
  const refused = [
    'sts.example.com:443',
    'bank.example:443',
    'ec2.us-east-1.api.aws:443',
    's3.amazonaws.com:22',
    's3.amazonaws.com:4430',
    's3.amazonaws.com',
    '169.254.169.254:80',
    '[::1]:443',
    'u@s3.amazonaws.com:443',
    '/k',
  ]
  for (const target of refused) {
    const received = await ask(t, doors.port, `CONNECT ${target} HTTP/1.1\r\nHost: h\r\n\r\n`)
    t.match(received, /^HTTP\/1\.1 (403|400) /, target)
    t.notMatch(received, 'Established', target)
  }
  t.match(
    doors.lines.join(''),
    /^warn {2}proxy: refused CONNECT to bank\.example:443: .*add bank\.example to NO_PROXY\.$/m,
  )
  t.match(doors.lines.join(''), /refused CONNECT to ec2\.us-east-1\.api\.aws:443: .*the real AWS\.$/m)
  t.notMatch(doors.lines.join(''), /api\.aws to NO_PROXY/)

  const ca = await doors.certificates.caPem()
  const nested = openWire(t, doors.port, await tunnel(t, doors.port, 's3.amazonaws.com:80'))
  nested.send('CONNECT s3.amazonaws.com:443 HTTP/1.1\r\n\r\n')
  t.match(await nested.rest(), /^HTTP\/1\.1 403 /, 'a tunnel in a tunnel')
  const overTls = openWire(t, doors.port, await secure(t, { port: doors.port, host: '127.0.0.1', ca }))
  overTls.send('CONNECT s3.amazonaws.com:443 HTTP/1.1\r\n\r\n')
  t.match(await overTls.rest(), /^HTTP\/1\.1 403 /, 'a tunnel in TLS')
  t.equal(doors.seen.length, 0)
})

test('an ordinary https client with many requests', async t => {
  const doors = await doorsThatSay(t)
  const ca = await doors.certificates.caPem()
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: doors.port, path, ca, servername: mrap, headers: { host: mrap } }
      const request = httpsRequest(options, async response => {
        let text = ''
        for await (const chunk of response) text += String(chunk)
        resolve(text)
      })
      request.on('error', reject)
      request.end()
    })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => get(`/${index}`)))
  t.strictSame(
    answers,
    Array.from({ length: 20 }, (_, index) => `tls false ${mrap}/${index} `),
  )
})

test('a decrypted connection that says nothing is never one of HTTP, so that it is closed without a word', async t => {
  const http = createHttpServer()
  const handed: Socket[] = []
  http.removeAllListeners('connection').on('connection', socket => handed.push(socket))
  const port = openOnePort(http, {
    tls: () => Promise.reject(new Error('no TLS here')),
    isOurHost: () => true,
    port: () => 0,
    log: createLogger('silent'),
  })
  const listener = createServer(socket => port.acceptDecrypted(socket, { door: 'tls', viaProxy: false }))
  t.teardown(() => listener.close())
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const open = async () => {
    const accepted = once(listener, 'connection')
    const wire = openWire(t, 0, connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1'))
    await accepted
    return wire
  }
  const silent = await open()
  const talking = await open()
  talking.send('G')
  while (handed.length === 0) await new Promise(resolve => setImmediate(resolve))
  t.equal(handed.length, 1)
  port.dropSilent()
  t.equal(await silent.rest(), '')
  t.notOk(handed[0]?.destroyed)
  handed[0]?.destroy()
})
