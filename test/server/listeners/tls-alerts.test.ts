import { execFile, execFileSync } from 'node:child_process'
import { connect } from 'node:tls'
import { type Test, test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import { tlsAlerts } from '../../../src/server/listeners/tls-alerts.ts'
import { ok, openTestDoors } from './doors.ts'

const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'

function alerts() {
  const lines: string[] = []
  const services = { isOurHost: (host: string) => host.endsWith('.amazonaws.com'), port: () => 4566 }
  return { lines, ...tlsAlerts({ ...services, log: createLogger('debug', line => lines.push(line)) }) }
}

function failure(code: string): Error {
  return Object.assign(new Error('ssl'), { code })
}

test('an alert is named, with the way out', t => {
  const { failed, lines } = alerts()
  failed(failure('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), mrap, '10.0.0.2')
  t.match(
    lines.pop(),
    new RegExp(`^warn  tls alert unknown ca from 10.0.0.2 for ${mrap}: .*_mrap/ca.pem.*AWS_CA_BUNDLE.*NODE_EXTRA`),
  )
  failed(failure('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), mrap, '10.0.0.2')
  t.match(lines.pop(), /^debug tls alert/, 'a retry in the same moment')
  failed(failure('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE'), 'bank.example', '10.0.0.2')
  t.match(lines.pop(), /^warn {2}tls alert bad certificate .* for bank\.example: .*NO_PROXY/)
  failed(failure('ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN'), '', '10.0.0.2')
  t.match(lines.pop(), /^warn {2}tls alert certificate unknown from 10\.0\.0\.2 for no name: the client does not trust/)
  failed(failure('ECONNRESET'), mrap, 'a client')
  t.match(lines.pop(), /^info {2}a client broke off TLS .*NODE_EXTRA_CA_CERTS/)
  failed(failure('ECONNRESET'), '', '10.0.0.2')
  t.match(lines.pop(), /^debug TLS handshake with 10\.0\.0\.2 failed/)
  t.strictSame(lines, [])
  t.end()
})

/** Resolves when a line says so. */
async function untilLine(lines: readonly string[], pattern: RegExp): Promise<string> {
  for (;;) {
    const line = lines.find(text => pattern.test(text))
    if (line !== undefined) return line
    await new Promise(resolve => setImmediate(resolve))
  }
}

test('a client that refuses the certificate without an alert', async t => {
  const doors = await openTestDoors(t, () => ok)
  const socket = connect({ port: doors.port, host: '127.0.0.1', servername: mrap })
  await new Promise(resolve => socket.once('error', resolve))
  const line = await untilLine(doors.lines, /broke off TLS/)
  t.match(line, new RegExp(`^info .* broke off TLS for ${mrap} .*NODE_EXTRA_CA_CERTS`))
})

test('a client that trusts us and asks is not spoken of', async t => {
  const doors = await openTestDoors(t, () => ok)
  const ca = await doors.certificates.caPem()
  const socket = connect({ port: doors.port, host: '127.0.0.1', servername: mrap, ca })
  socket.write(`GET /k HTTP/1.1\r\nHost: ${mrap}\r\nConnection: close\r\n\r\n`)
  socket.resume()
  await new Promise(resolve => socket.once('close', resolve))
  await new Promise(resolve => setImmediate(resolve))
  t.notMatch(doors.lines.join(''), 'broke off')
})

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()

test('unknown ca, as OpenSSL says it', { skip: hasOpenssl ? false : 'openssl is not installed' }, async (t: Test) => {
  const doors = await openTestDoors(t, () => ok)
  const to = `127.0.0.1:${doors.port}`
  const child = execFile('openssl', ['s_client', '-connect', to, '-servername', mrap, '-verify_return_error'], () => {})
  t.teardown(() => child.kill())
  const line = await untilLine(doors.lines, /tls alert/)
  t.match(line, new RegExp(`^warn  tls alert unknown ca from 127.0.0.1 for ${mrap}: the client does not trust`))
})
