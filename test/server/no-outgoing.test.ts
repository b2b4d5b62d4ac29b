import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { resolve } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { decode, encode } from 'dns-packet'
import { type Test, test } from 'tap'

const main = resolve(import.meta.dirname, '../../../dist/server/main.js')

/** Loaded before the server: tells of every way out of the process but answers to datagrams. */
const watch = `data:text/javascript,${encodeURIComponent(`
  import net from 'node:net'
  import dgram from 'node:dgram'
  import dns from 'node:dns'
  const tell = (object, name, isOutgoing) => {
    const real = object[name]
    object[name] = function (...args) {
      if (isOutgoing(...args)) process.stderr.write('OUTGOING ' + name + ' ' + JSON.stringify(args[0]) + '\\n')
      return real.apply(this, args)
    }
  }
  const always = () => true
  tell(net.Socket.prototype, 'connect', always)
  tell(dgram.Socket.prototype, 'connect', always)
  tell(dgram.Socket.prototype, 'send', (bytes, port, address) => address !== '127.0.0.1' || port !== Number(process.env.CLIENT_PORT))
  tell(dns, 'lookup', name => net.isIP(name) === 0)
  for (const name of ['resolve', 'resolve4', 'resolve6', 'resolveAny']) tell(dns, name, always)
`)}`

interface Server {
  readonly port: number
  readonly stderr: () => string
}

async function startWatched(t: Test, env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, ['--import', watch, main, '--port', '0'], {
    env: { PATH: process.env.PATH, MRAP_HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.on('data', bytes => (err += String(bytes)))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  while (!out.includes('ready on')) out += String(await once(child.stdout, 'data'))
  return { port: Number(/127\.0\.0\.1:(\d+)/.exec(out)?.[1]), stderr: () => err }
}

async function ask(port: number, text: string): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1')
  socket.end(text)
  let received = ''
  for await (const bytes of socket) received += String(bytes)
  return received
}

test('foreign hosts are refused at every door, and nothing leaves the process', async t => {
  const client = createSocket('udp4')
  client.bind(0, '127.0.0.1')
  await once(client, 'listening')
  t.teardown(() => client.close())
  // Free a moment ago; the server's DNS door takes it.
  const probe = createSocket('udp4')
  probe.bind(0, '127.0.0.1')
  await once(probe, 'listening')
  const dnsPort = probe.address().port
  await new Promise<void>(resolve => probe.close(resolve))
  const server = await startWatched(t, {
    MRAP_DNS_PORT: String(dnsPort),
    CLIENT_PORT: String(client.address().port),
    MRAP_LOG: 'debug',
  })

  t.match(await ask(server.port, 'CONNECT bank.example:443 HTTP/1.1\r\nHost: bank.example\r\n\r\n'), /^HTTP\/1\.1 403 /)
  t.match(await ask(server.port, 'CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 403 /)
  const absolute = 'GET http://bank.example/ HTTP/1.1\r\nHost: bank.example\r\nConnection: close\r\n\r\n'
  t.match(await ask(server.port, absolute), /^HTTP\/1\.1 403 .*x-mrap-hint: .*NO_PROXY/s)
  const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'
  const ours = `GET http://${mrap}/k HTTP/1.1\r\nHost: ${mrap}\r\nConnection: close\r\n\r\n`
  t.match(await ask(server.port, ours), /^HTTP\/1\.1 40[34] .*<Error>/s, 'an own name is answered here')

  const socket = connectTls({
    port: server.port,
    host: '127.0.0.1',
    servername: 'bank.example',
    rejectUnauthorized: false,
  })
  await once(socket, 'secureConnect')
  t.notMatch(socket.getPeerCertificate().subjectaltname, 'bank.example', 'no certificate for a foreign name')
  socket.destroy()

  for (const [name, rcode] of [
    ['bank.example', 'REFUSED'],
    [mrap, 'NOERROR'],
  ] as const) {
    client.send(encode({ id: 1, questions: [{ type: 'A', name }] }), dnsPort, '127.0.0.1')
    const [answer]: Buffer[] = await once(client, 'message')
    t.match(answer && decode(answer), { rcode }, name)
  }
  t.match(server.stderr(), /refused CONNECT to bank\.example:443: .*NO_PROXY/)
  t.match(server.stderr(), /GET bank\.example\/ refused: .*NO_PROXY/)
  t.match(server.stderr(), /dns: refused bank\.example for 127\.0\.0\.1/)
  t.notMatch(server.stderr(), 'OUTGOING')
})

test('the watch sees what it watches for', async t => {
  const upstream = createSocket('udp4')
  upstream.bind(0, '127.0.0.1')
  await once(upstream, 'listening')
  t.teardown(() => upstream.close())
  const { port } = upstream.address()
  const asked = once(upstream, 'message')
  // Its own DNS port is taken, which is no matter here.
  const server = await startWatched(t, { MRAP_DNS_PORT: String(port), MRAP_DNS_UPSTREAM: `127.0.0.1:${port}` })
  await asked
  t.match(server.stderr(), /OUTGOING connect/)
})
