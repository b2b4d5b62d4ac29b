import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Test, test } from 'tap'
import { type Ask, alias, bucket, mrapArn, mrapHost, startApp, type TestApp } from '../helpers/app.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

// Design 2.7: which address reaches what. Each bucket holds `k` with its own name as content; the MRAP leads to b-usw2.

const object = (name: string) => ({ key: 'k', content: { body: name }, metadata: {}, tags: {} })
const holding = (name: string, region: string) => bucket(name, region, { objects: [object(name)] })
const world = {
  buckets: [holding('b-use1', 'us-east-1'), holding('b-usw2', 'us-west-2'), holding('b.dots', 'us-west-2')],
  multiRegionAccessPoints: [{ name: 'one', alias, buckets: [{ name: 'b-usw2' }], routes: {} }],
}
const west = { region: 'us-west-2' } as const
const anyRegion = { region: 'ap-south-1' } as const
const v4a = { sign: 'v4a' } as const

test('origin form', async t => {
  const app = await startApp(t, { world })
  const { port } = app
  const encoded = encodeURIComponent(mrapArn)
  const rows: [host: string, target: string, ask: Ask, found: string][] = [
    // The MRAP.
    [mrapHost, '/k', v4a, 'b-usw2'],
    [`${mrapHost}:${port}`, '/k', v4a, 'b-usw2'],
    [`${mrapHost}:443`, '/k', v4a, 'b-usw2'],
    [`${mrapHost}.`, '/k', v4a, 'b-usw2'],
    [mrapHost.toUpperCase(), '/k', v4a, 'b-usw2'],
    [`127.0.0.1:${port}`, `/${alias}/k`, anyRegion, 'b-usw2'],
    [`127.0.0.1:${port}`, `/${encoded}/k`, anyRegion, 'b-usw2'],
    [`127.0.0.1:${port}`, `/${encoded}/k`, v4a, 'b-usw2'],
    [
      `127.0.0.1:${port}`,
      `/${encodeURIComponent(mrapArn.replace('000000000000', '999999999999'))}/k`,
      anyRegion,
      'b-usw2',
    ],
    [`localhost:${port}`, `/${alias}/k`, anyRegion, 'b-usw2'],
    [`${alias}.localhost:${port}`, '/k', anyRegion, 'b-usw2'],
    [`${alias}.mrap-local:${port}`, '/k', anyRegion, 'b-usw2'],
    ['s3.eu-west-1.localhost', `/${alias}/k`, anyRegion, 'b-usw2'],
    // A bucket.
    ['s3.us-west-2.amazonaws.com', '/b-usw2/k', west, 'b-usw2'],
    ['b-usw2.s3.us-west-2.amazonaws.com', '/k', west, 'b-usw2'],
    ['b.dots.s3.us-west-2.amazonaws.com', '/k', west, 'b.dots'],
    ['s3-us-west-2.amazonaws.com', '/b-usw2/k', west, 'b-usw2'],
    ['b-usw2.s3-us-west-2.amazonaws.com', '/k', west, 'b-usw2'],
    ['b-usw2.s3.dualstack.us-west-2.amazonaws.com', '/k', west, 'b-usw2'],
    ['s3.amazonaws.com', '/b-use1/k', {}, 'b-use1'],
    ['b-use1.s3.amazonaws.com', '/k', {}, 'b-use1'],
    ['b-usw2.s3.amazonaws.com', '/k', west, 'b-usw2'],
    ['b-usw2.s3-accelerate.amazonaws.com', '/k', west, 'b-usw2'],
    [`127.0.0.1:${port}`, '/b-usw2/k', west, 'b-usw2'],
    [`[::1]:${port}`, '/b-usw2/k', west, 'b-usw2'],
    ['localhost', '/b.dots/k', west, 'b.dots'],
    ['mrap-local', '/b-usw2/k', west, 'b-usw2'],
    ['b-usw2.localhost', '/k', west, 'b-usw2'],
    ['b.dots.mrap-local:80', '/k', west, 'b.dots'],
    ['s3.us-west-2.localhost', '/b-usw2/k', west, 'b-usw2'],
    ['b-usw2.s3.us-west-2.localhost', '/k', west, 'b-usw2'],
    // Any other host is path style; its first label is never a bucket.
    ['emulator', '/b-usw2/k', west, 'b-usw2'],
    ['emulator:4566', `/${alias}/k`, anyRegion, 'b-usw2'],
    ['b-use1.lan.example', '/b-usw2/k', west, 'b-usw2'],
    ['192.168.1.20:4566', '/b-usw2/k', west, 'b-usw2'],
  ]
  for (const [host, target, ask, found] of rows) {
    const answer = await app.ask(`GET ${target}`, { host, ...ask })
    t.equal(answer.text, found, `${host}${target}`)
  }
  t.equal(
    (await app.ask('GET /k', { host: 'b-usw2.lan.example', ...west })).status,
    404,
    'a host is never guessed to be a bucket',
  )
})

test('S3 Control', async t => {
  const app = await startApp(t, { world })
  const path = '/v20180820/mrap/instances'
  const header = { 'x-amz-account-id': '000000000000' }
  const rows: [host: string, ask: Ask][] = [
    ['000000000000.s3-control.us-west-2.amazonaws.com', { ...west, headers: header }],
    ['000000000000.s3-control.us-west-2.amazonaws.com', west],
    ['s3-control.us-west-2.amazonaws.com', { ...west, headers: header }],
    ['000000000000.s3-control.dualstack.us-west-2.amazonaws.com', west],
    [`127.0.0.1:${app.port}`, { ...west, headers: header }],
    [`000000000000.localhost:${app.port}`, { ...west, headers: header }],
    [`000000000000.127.0.0.1:${app.port}`, { ...west, headers: header }],
    ['000000000000.mrap-local', west],
    ['s3-control.us-west-2.mrap-local', { ...west, headers: header }],
    ['emulator:4566', { ...west, headers: header }],
  ]
  for (const [host, ask] of rows) {
    const answer = await app.ask(`GET ${path}`, { host, ...ask })
    t.equal(answer.status, 200, `${host} ${answer.text}`)
    t.strictSame(textsOf(answer.text, 'Name'), ['one'], host)
  }
  const elsewhere = await app.ask(`GET ${path}`, { host: '000000000000.s3-control.eu-west-1.amazonaws.com', ...west })
  isRefusal(
    t,
    elsewhere,
    { status: 400, code: 'AuthorizationHeaderMalformed', envelope: 'wrapped' },
    'the host names another Region than the scope',
  )
  const routed = await app.ask(`GET ${path}`, {
    host: '000000000000.s3-control.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
  })
  isRefusal(t, routed, { status: 301, code: 'PermanentRedirect', envelope: 'wrapped' }, 'the Region of the host counts')
})

test('absolute form', async t => {
  const app = await startApp(t, { world })
  const rows: [host: string, path: string, ask: Ask, found: string][] = [
    [mrapHost, '/k', v4a, 'b-usw2'],
    ['b-usw2.s3.us-west-2.amazonaws.com', '/k', west, 'b-usw2'],
    ['s3.us-west-2.amazonaws.com', '/b-usw2/k', west, 'b-usw2'],
    [`localhost:${app.port}`, '/b-usw2/k', west, 'b-usw2'],
  ]
  for (const [host, path, ask, found] of rows) {
    const headers = await app.sign(`GET ${path}`, { host, ...ask })
    const answer = await app.send(requestBytes(`GET http://${host}${path} HTTP/1.1`, headers))
    t.equal(answer.text, found, host)
  }
  for (const host of [
    'example.com',
    'emulator',
    '192.168.1.20',
    'ec2.us-east-1.amazonaws.com',
    'b-use1.lan.example:4566',
  ]) {
    const headers = await app.sign('GET /b-usw2/k', { host, ...west })
    const answer = await app.send(requestBytes(`GET http://${host}/b-usw2/k HTTP/1.1`, headers))
    isRefusal(t, answer, { status: 403, code: 'AccessDenied', fields: {} }, host)
    t.match(answer.header('x-mrap-hint'), host.endsWith('.amazonaws.com') ? /the real AWS/ : /NO_PROXY/)
  }
})

/** Opens a tunnel; the connection, and the answer to CONNECT. */
async function tunnel(t: Test, app: TestApp, authority: string, headers = '') {
  const connection = openConnection(t, app.port)
  connection.send(`CONNECT ${authority} HTTP/1.${headers === '' ? 0 : 1}\r\n${headers}\r\n`)
  const answer = await connection.next('HEAD')
  return { connection, answer }
}

test('inside CONNECT, in clear', async t => {
  const app = await startApp(t, { world })
  const { connection, answer } = await tunnel(t, app, `${mrapHost}:80`)
  t.equal(answer.status, 200)
  for (let round = 0; round < 2; round++) {
    connection.send(requestBytes('GET /k HTTP/1.1', await app.sign('GET /k', { host: mrapHost, ...v4a })))
    t.equal((await connection.next()).text, 'b-usw2', 'kept alive')
  }
  connection.send(
    requestBytes('GET /b-usw2/k HTTP/1.1', await app.sign('GET /b-usw2/k', { host: 'emulator', ...west })),
  )
  isRefusal(t, await connection.next(), { status: 403, code: 'AccessDenied' }, 'a foreign host inside')
})

test('CONNECT to a foreign host', async t => {
  const app = await startApp(t, { world })
  for (const authority of [
    'example.com:443',
    'emulator:443',
    `${mrapHost}:22`,
    '192.168.1.20:80',
    'no-port',
    'ec2.us-east-1.amazonaws.com:443',
  ]) {
    const { connection, answer } = await tunnel(t, app, authority, `Host: ${authority}\r\n`)
    t.equal(answer.status, 403, authority)
    await connection.closed()
  }
  t.equal((await app.ask('GET /b-usw2/k', west)).text, 'b-usw2', 'alive')
})

test('TLS, directly and inside CONNECT', async t => {
  const app = await startApp(t, { world })
  const ca = (await app.ask('GET /_mrap/ca.pem', { sign: 'none' })).text
  const get = async (servername: string, path: string, ask: Ask, socket = connectTcp(app.port, '127.0.0.1')) => {
    const secure = connectTls({ socket, servername, ca })
    const connection = openConnection(t, app.port, secure)
    connection.send(requestBytes(`GET ${path} HTTP/1.1`, await app.sign(`GET ${path}`, { host: servername, ...ask })))
    return connection.next()
  }
  t.equal((await get(mrapHost, '/k', v4a)).text, 'b-usw2', 'the name fits the certificate')
  t.equal((await get('b.dots.s3.us-west-2.amazonaws.com', '/k', west)).text, 'b.dots')
  t.equal((await get(`${alias}.localhost`, '/k', anyRegion)).text, 'b-usw2')
  const { connection, answer } = await tunnel(t, app, `${mrapHost}:443`)
  t.equal(answer.status, 200)
  connection.socket.removeAllListeners('data')
  t.equal((await get(mrapHost, '/k', v4a, connection.socket)).text, 'b-usw2', 'through the proxy')
  const control = '000000000000.s3-control.us-west-2.amazonaws.com'
  const listed = await get(control, '/v20180820/mrap/instances', west)
  t.equal(textOf(listed.text, 'Alias'), alias)
})

test('what is no address', async t => {
  const app = await startApp(t, { world })
  for (const host of [
    's3.mars-1.amazonaws.com',
    'b-usw2.s3-website-us-west-2.amazonaws.com',
    'ap-1.s3-accesspoint.us-west-2.amazonaws.com',
  ]) {
    isRefusal(t, await app.ask('GET /k', { host, ...west }), { status: 403, code: 'AccessDenied' }, host)
  }
  const odd = await app.ask(`GET /${encodeURIComponent('arn:aws:s3:us-west-2:000000000000:accesspoint/x')}/k`, west)
  t.ok(odd.status === 400 || odd.status === 404, `another ARN in the path: ${odd.status}`)
  t.ok(textOf(odd.text, 'Code'))
})
