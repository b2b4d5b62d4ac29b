import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'tap'
import { parse } from 'yaml'
import { environmentText } from '../../../src/server/commands/env.ts'
import { type Config, readConfig } from '../../../src/server/config.ts'
import { alias, bucket, startApp, twoRegions } from '../../helpers/app.ts'

const run = promisify(execFile)

function config(env: Record<string, string>): Config {
  return readConfig(new Map(), env)
}

test('lines for a shell: proxy, certificates, keys that are nobody’s', async t => {
  const app = await startApp(t, { world: twoRegions })
  // Made by the app.
  const dir = t.testdirName
  // A directory that a shell would take apart, and more.
  const caDir = join(dir, "a b'$(touch x)")
  const text = await environmentText(config({ MRAP_CA_DIR: caDir }), app.url, false)
  const names =
    'HTTPS_PROXY https_proxy NO_PROXY no_proxy AWS_CA_BUNDLE NODE_EXTRA_CA_CERTS SSL_CERT_FILE AWS_ACCESS_KEY_ID AWS_REGION'
  const show = names
    .split(' ')
    .map(name => `printf '%s\\n' "$${name}"`)
    .join('; ')
  const { stdout } = await run('sh', ['-c', `eval "$TEXT"; ${show}; printf '%s' "$AWS_PROFILE$AWS_SESSION_TOKEN"`], {
    cwd: dir,
    env: {
      PATH: process.env.PATH,
      TEXT: text,
      NO_PROXY: '.amazonaws.com',
      AWS_PROFILE: 'prod',
      AWS_SESSION_TOKEN: 'x',
    },
  })
  const bundle = join(caDir, 'ca-bundle.pem')
  const direct = 'localhost,127.0.0.1,::1,169.254.169.254'
  t.strictSame(stdout.split('\n'), [
    ...[app.url, app.url, direct, direct, bundle, join(caDir, 'ca.pem'), bundle, 'test', 'us-west-2'],
    '',
  ])
  t.match(readFileSync(join(caDir, 'ca.pem'), 'utf8'), /^-----BEGIN CERTIFICATE/)
  t.ok(readFileSync(bundle, 'utf8').split('BEGIN CERTIFICATE').length > 50)
  t.throws(() => statSync(join(dir, 'x')), 'nothing was run')
  t.match(text, `# arn:aws:s3::000000000000:accesspoint/${alias}\n`)
})

test('without a directory of its own, the certificates go to the cache of the user', async t => {
  const app = await startApp(t, { world: twoRegions })
  const before = process.env.XDG_CACHE_HOME
  process.env.XDG_CACHE_HOME = join(t.testdirName, 'cache')
  t.teardown(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
  })
  const text = await environmentText(config({}), app.url, false)
  t.match(text, join(process.env.XDG_CACHE_HOME, 'mrap-local', `port-${app.port}`, 'ca.pem'))
  t.equal(await environmentText(config({}), app.url, false), text, 'a second time')
})

test('where the management paths want a token, it is sent', async t => {
  const app = await startApp(t, { world: twoRegions, config: { managementToken: 's3cret' } })
  const read = (token: Record<string, string>) => environmentText(config(token), app.url, true)
  t.match(await read({ MRAP_MANAGEMENT_TOKEN: 's3cret' }), /extra_hosts|services|mrap-local/)
  await t.rejects(read({ MRAP_MANAGEMENT_TOKEN: 'wrong' }), { message: /^env: MRAP_MANAGEMENT_TOKEN/ })
  await t.rejects(read({}), { message: /^env: MRAP_MANAGEMENT_TOKEN/ })
})

test('a world with its own keys: none are set', async t => {
  const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'secret' }
  const accounts = [{ id: '111122223333', credentials: [root], users: [], roles: [] }]
  const app = await startApp(t, {
    world: { accounts, buckets: [bucket('orders-usw2', 'us-west-2', { account: '111122223333' })] },
  })
  const text = await environmentText(config({ MRAP_CA_DIR: join(t.testdirName, 'pem') }), app.url, false)
  t.match(text, /^unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY$/m)
  t.notMatch(text, /export AWS_ACCESS_KEY_ID|secret$/m)
})

test('an access point of another account: its root', async t => {
  const other = { account: '111122223333' }
  const buckets = [bucket('their-usw2', 'us-west-2', other), bucket('orders-usw2', 'us-west-2')]
  const theirs = { name: 'theirs', alias: 'mtheirs.mrap', ...other, buckets: [{ name: 'their-usw2' }], routes: {} }
  const ours = { name: 'ours', alias: 'mours.mrap', buckets: [{ name: 'orders-usw2' }], routes: {} }
  const app = await startApp(t, { world: { buckets, multiRegionAccessPoints: [theirs, ours] } })
  const text = await environmentText(config({ MRAP_CA_DIR: join(t.testdirName, 'pem') }), app.url, false)
  t.match(text, /^export AWS_ACCESS_KEY_ID=111122223333\nexport AWS_SECRET_ACCESS_KEY=test$/m)
  t.match(text, /^# arn:aws:s3::111122223333:accesspoint\/mtheirs.mrap$/m)
  t.match(text, /^# arn:aws:s3::000000000000:accesspoint\/mours.mrap \(needs a key of account 000000000000\)$/m)
})

test('a compose fragment with the names of what stands there', async t => {
  const app = await startApp(t, { world: twoRegions })
  const document = parse(await environmentText(config({}), app.url, true))
  t.strictSame(document.services['mrap-local'].networks.default.aliases, [
    `${alias}.accesspoint.s3-global.amazonaws.com`,
    '000000000000.mrap-local',
    '000000000000.s3-control.ap-northeast-1.amazonaws.com',
    '000000000000.s3-control.ap-southeast-2.amazonaws.com',
    '000000000000.s3-control.eu-west-1.amazonaws.com',
    '000000000000.s3-control.us-east-1.amazonaws.com',
    '000000000000.s3-control.us-west-2.amazonaws.com',
    'orders-usw2.s3.us-west-2.amazonaws.com',
    's3.us-west-2.amazonaws.com',
    'orders-euw1.s3.eu-west-1.amazonaws.com',
    's3.eu-west-1.amazonaws.com',
  ])
})

test('an empty emulator has nothing to list', async t => {
  const app = await startApp(t, { world: { buckets: [bucket('orders-usw2', 'us-west-2')] } })
  const document = parse(await environmentText(config({}), app.url, true))
  t.strictSame(document.services['mrap-local'].networks.default, { aliases: null })
})

test('nothing there, or something else', async t => {
  const bodies = [
    '{}',
    'no JSON',
    '{"domains":[],"defaultAccount":"000000000000","multiRegionAccessPoints":[{"alias":"a\\nb"}]}',
  ]
  const server = createServer((_request, response) => response.end(bodies.shift())).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  for (const body of [...bodies])
    await t.rejects(environmentText(config({}), url, true), { message: /is not this version of mrap-local/ }, body)
  await t.rejects(environmentText(config({}), 'http://127.0.0.1:1', false), {
    message: /^env: the emulator does not answer at http:\/\/127\.0\.0\.1:1 \(.*start it first, or name its port/,
    exitCode: 2,
  })
})
