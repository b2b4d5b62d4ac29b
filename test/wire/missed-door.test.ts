import { test } from 'tap'
import { alias, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { isRefusal } from '../helpers/xml.ts'

test('refusals that look like a client at the wrong door say so', async t => {
  const app = await startApp(t, { world: twoRegions })
  const hint = async (line: string, ask: Parameters<typeof app.ask>[1]) =>
    (await app.ask(line, ask)).header('x-mrap-hint') ?? ''
  const absolute = 'GET http://111122223333.192.168.1.5:4566/v20180820/mrap/instances'
  t.match(
    await hint(absolute, { host: '111122223333.192.168.1.5:4566', sign: 'none' }),
    /is an account id, .*endpoint override/,
  )
  t.match(await hint('GET /k', { host: `${alias}.192.168.1.5:4566` }), /is an access point's alias, .*path style/)
  t.match(await hint('GET /k', { host: 'orders-usw2.192.168.1.5' }), /is a bucket, .*forcePathStyle/)
  t.match(
    await hint('GET /k', { host: `${alias}.emulator.lan` }),
    /emulator\.lan is no own name: add it to MRAP_DOMAINS/,
  )
  t.match(app.lines.join(''), /refused: mfzwi23gnjvgw\.mrap before 192\.168\.1\.5 is an access point's alias/)

  const other = await app.ask('GET http://example.com/k', { host: 'example.com', sign: 'none' })
  isRefusal(t, other, { status: 403, code: 'AccessDenied' }, 'absolute form to a foreign host')
  t.match(other.header('x-mrap-hint'), /not example\.com: add example\.com to NO_PROXY/)
  t.match(app.lines.join(''), /info {2}GET example\.com\/k refused: AccessDenied: .*NO_PROXY/)

  const aws = await app.ask('GET http://iam.amazonaws.com/', { host: 'iam.amazonaws.com', sign: 'none' })
  t.equal(aws.status, 403)
  t.match(aws.header('x-mrap-hint'), /past the proxy it would reach the real AWS/)
  t.notMatch(aws.header('x-mrap-hint'), /NO_PROXY/)

  const hmac = { host: mrapHost, region: 'us-east-1', headers: { 'x-mrap-client-region': 'us-west-2' } }
  t.match(await hint('GET /k', hmac), /with SigV4A .* awscrt .*@aws-sdk\/signature-v4a/)
  t.equal(await hint('GET /k', { host: mrapHost, sign: 'v4a' }), '', 'a missing key is nothing to explain')
})
