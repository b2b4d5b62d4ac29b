import { test } from 'tap'
import { type Ask, account, alias, keys, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { control } from '../helpers/control.ts'
import { formOf, formType, signed } from '../helpers/forms.ts'
import { presignV4 } from '../helpers/sign.ts'
import { isRefusal } from '../helpers/xml.ts'

const evil = { Origin: 'http://evil.example' }
const west = { region: 'us-west-2' } as const
const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied' }
const cors = (origin: string, method: string) =>
  `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>${method}</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>`

test('a page of a foreign origin changes nothing', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask('PUT /orders-usw2/k', { ...west, body: 'x' })
  const presigned = (method: string, target: string) =>
    presignV4({ method, target, host: app.host, headers: {} }, { keys, ...west, now: app.clock.now() })
  const list = '<Delete><Object><Key>k</Key></Object></Delete>'
  const plain = { 'Content-Type': 'text/plain' }
  const form = formOf(signed(app, { key: 'form' }))
  for (const Origin of [
    'http://evil.example',
    'null',
    'https://localhost.evil.example',
    'http://10.0.0.9:3000',
    'file://',
  ]) {
    const rows: [line: string, ask: Ask][] = [
      ['PUT /orders-usw2/new', { ...west, body: 'x', headers: { Origin } }],
      ['DELETE /orders-usw2/k', { ...west, headers: { Origin } }],
      [`PUT ${presigned('PUT', '/orders-usw2/new')}`, { sign: 'none', body: 'x', headers: { Origin } }],
      [`POST ${presigned('POST', '/orders-usw2?delete')}`, { sign: 'none', body: list, headers: { ...plain, Origin } }],
      ['POST /orders-usw2/new?uploads', { ...west, headers: { Origin } }],
      ['POST /orders-usw2', { sign: 'none', body: form, headers: { 'Content-Type': formType, Origin } }],
      ['PUT /new-bucket', { ...west, headers: { Origin } }],
      [`PUT /${alias}/new`, { body: 'x', headers: { Origin } }],
      ['PUT /new', { host: mrapHost, sign: 'v4a', body: 'x', headers: { Origin } }],
      ['PUT /orders-usw2?cors', { ...west, body: cors(Origin, 'PUT'), headers: { Origin } }],
    ]
    for (const [line, ask] of rows) {
      const answer = await app.ask(line, ask)
      isRefusal(t, answer, denied, `${Origin} ${line}`)
      t.match(answer.header('x-mrap-hint'), /MRAP_ALLOW_ORIGINS/)
    }
  }
  const left = await app.ask('GET /orders-usw2?list-type=2', west)
  t.match(left.text, /<KeyCount>1</)
  const read = `GET ${presigned('GET', '/orders-usw2/k')}`
  t.equal((await app.ask(read, { sign: 'none', headers: evil })).text, 'x', 'a read that is presigned is as on AWS')
  t.equal((await app.ask('HEAD /orders-usw2/k', { ...west, headers: evil })).status, 200)
})

test('pages of this machine, of named origins and of CORS rules act as on AWS', async t => {
  const app = await startApp(t, { world: twoRegions, config: { allowOrigins: ['https://app.example'] } })
  const put = async (Origin: string, host = app.host, line = 'PUT /orders-usw2/k') =>
    (await app.ask(line, { ...west, host, body: 'x', headers: { Origin } })).status
  for (const origin of [
    'http://localhost:3000',
    'https://localhost',
    'http://shop.localhost:8080',
    'http://127.0.0.1:5173',
    'http://[::1]:3000',
    'https://app.example',
  ]) {
    t.equal(await put(origin), 200, origin)
  }
  const form = formOf(signed(app, { key: 'form' }))
  const headers = { 'Content-Type': formType, Origin: 'http://localhost:3000' }
  t.equal((await app.ask('POST /orders-usw2', { sign: 'none', body: form, headers })).status, 204, 'a form')
  const host = 'orders-usw2.s3.us-west-2.amazonaws.com'
  t.equal(await put(`http://${host}`, host, 'PUT /k'), 200, 'a page that this name of AWS has served')
  t.equal(await put('http://rebound.example', 'rebound.example'), 403, 'a foreign name made to lead here')
  t.equal(await put('http://evil.example'), 403)
  await app.ask('PUT /orders-usw2?cors', { ...west, body: cors('http://*.example', 'PUT') })
  t.equal(await put('http://evil.example'), 200, 'the rules of the bucket say so')
  t.equal((await app.ask('DELETE /orders-usw2/k', { ...west, headers: evil })).status, 403, 'and only what they say')
})

test('named origins get preflights and headers, on S3 and S3 Control', async t => {
  const app = await startApp(t, { world: twoRegions, config: { allowOrigins: ['https://app.example'] } })
  const Origin = 'https://app.example'
  const preflight = { Origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-amz-date' }
  const instances = '/v20180820/mrap/instances'
  for (const target of ['/orders-usw2/k', '/orders-usw2', '/', '/not-there/k', `/${alias}/k`, instances]) {
    const answer = await app.ask(`OPTIONS ${target}`, { sign: 'none', headers: preflight })
    t.strictSame(
      [answer.status, answer.header('access-control-allow-origin'), answer.header('access-control-allow-headers')],
      [200, Origin, 'x-amz-date'],
      target,
    )
  }
  const got = await app.ask('GET /orders-usw2/none', { ...west, headers: { Origin } })
  t.equal(got.header('access-control-allow-origin'), Origin)
  t.match(got.header('access-control-expose-headers'), /ETag/)
  const listed = await app.ask(`GET ${instances}`, {
    ...west,
    headers: { Origin, 'x-amz-account-id': account },
  })
  t.strictSame([listed.status, listed.header('access-control-allow-origin')], [200, Origin])
  const foreign = { ...preflight, ...evil }
  isRefusal(
    t,
    await app.ask('OPTIONS /orders-usw2/k', { sign: 'none', headers: foreign }),
    { status: 403, code: 'AccessForbidden' },
    'another origin',
  )
  isRefusal(
    t,
    await app.ask(`OPTIONS ${instances}`, { sign: 'none', headers: foreign }),
    { ...denied, envelope: 'wrapped' },
    'Control',
  )
})

test('on S3 Control and STS no page may do anything', async t => {
  const app = await startApp(t, { world: twoRegions, config: { allowOrigins: ['https://app.example'] } })
  const identity = { body: 'Action=GetCallerIdentity&Version=2011-06-15', host: 'sts.amazonaws.com' }
  for (const Origin of ['http://evil.example', 'null', 'http://localhost:3000', app.url]) {
    const answer = await control(app, 'GET /mrap/instances', { headers: { Origin } })
    isRefusal(t, answer, { ...denied, envelope: 'wrapped' }, Origin)
  }
  for (const Origin of ['http://evil.example', 'http://localhost:3000', 'https://app.example']) {
    const headers = { Origin, 'Content-Type': 'application/x-www-form-urlencoded' }
    t.equal((await app.ask('POST /', { ...identity, headers })).status, 403, Origin)
  }
  t.match((await control(app, 'GET /mrap/instances')).text, alias, 'a tool')
})

test('what a bucket serves under own names has an origin of its own in a browser', async t => {
  const app = await startApp(t, { world: twoRegions })
  const page = { ...west, body: '<script>fetch("/_mrap/reset", { method: "POST" })</script>' }
  await app.ask('PUT /orders-usw2/page.html', { ...page, headers: { 'Content-Type': 'text/html' } })
  const shown = async (ask: Ask, line = 'GET /orders-usw2/page.html') => {
    const { status, header } = await app.ask(line, { ...west, ...ask })
    return [status, header('x-content-type-options'), header('content-security-policy')]
  }
  const sandbox = 'sandbox allow-scripts allow-forms allow-popups'
  const all = [200, 'nosniff', sandbox]
  t.strictSame(await shown({}), all)
  t.strictSame(await shown({}, 'HEAD /orders-usw2/page.html'), all)
  t.strictSame(await shown({ host: 'emulator.lan' }), all, 'a name of the network')
  t.strictSame(await shown({ host: `orders-usw2.localhost:${app.port}` }, 'GET /page.html'), all)
  const viaMrap = { headers: { 'x-mrap-client-region': 'us-west-2' } }
  t.strictSame(await shown(viaMrap, `GET /${alias}/page.html`), all)
  for (const use of ['document', 'iframe', 'frame', 'embed', 'object', 'fencedframe'])
    t.strictSame(await shown({ headers: { 'Sec-Fetch-Dest': use } }), all, use)
  for (const use of ['empty', 'image', 'script', 'style', 'font', 'audio', 'video'])
    t.strictSame(await shown({ headers: { 'Sec-Fetch-Dest': use } }), [200, 'nosniff', undefined], use)
  const none = [200, undefined, undefined]
  t.strictSame(await shown({ host: 's3.us-west-2.amazonaws.com' }), none, 'names of AWS: as on AWS')
  t.strictSame(await shown({ host: 'orders-usw2.s3.amazonaws.com' }, 'GET /page.html'), none)
  t.strictSame(await shown({ ...viaMrap, host: mrapHost, sign: 'v4a', region: '*' }, 'GET /page.html'), none)
})
