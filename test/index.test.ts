import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import '@aws-sdk/signature-v4a'
import { type Test, test } from 'tap'
import { mrapLocal } from '../src/client.ts'
import { type StartOptions, start, type World } from '../src/index.ts'
import { account, alias, mrapArn } from './helpers/app.ts'

const world: World = {
  buckets: [
    { name: 'orders-usw2', region: 'us-west-2', objects: [{ key: 'a.txt', body: 'hello', tags: { k: 'v' } }] },
    { name: 'orders-euw1', region: 'eu-west-1' },
  ],
  multiRegionAccessPoints: [
    { name: 'orders', alias, buckets: ['orders-usw2', { name: 'orders-euw1', account }], routes: { 'eu-west-1': 0 } },
  ],
}

function client(t: Test, endpoint: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const s3 = new S3Client({ region: 'us-east-1', credentials, ...mrapLocal({ endpoint }) })
  t.teardown(() => s3.destroy())
  return s3
}

async function read(s3: S3Client, key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: mrapArn, Key: key }))
  return Body?.transformToString()
}

test('several emulators in one process, each with its own port and state; nothing is left', async t => {
  const tmp = t.testdir()
  const before = process.env.TMPDIR
  process.env.TMPDIR = tmp
  t.teardown(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const listeners = () => ['SIGTERM', 'SIGINT', 'exit', 'uncaughtException'].map(name => process.listenerCount(name))
  const atFirst = listeners()
  const emulators = await Promise.all(Array.from({ length: 3 }, () => start({ world, timing: 'instant' })))
  t.equal(new Set(emulators.map(({ port }) => port)).size, 3)
  for (const { url, port } of emulators) t.equal(url, `http://127.0.0.1:${port}`)
  t.equal(readdirSync(tmp).length, 3)

  const [one, two, three] = emulators
  if (!one || !two || !three) return
  const s3 = client(t, one.url)
  await s3.send(new PutObjectCommand({ Bucket: mrapArn, Key: 'a.txt', Body: 'changed' }))
  t.equal(await read(s3, 'a.txt'), 'changed')
  t.equal(await read(client(t, two.url), 'a.txt'), 'hello', 'another one has its own objects')
  await one.reset()
  t.equal(await read(s3, 'a.txt'), 'hello', 'back to the state after the start')

  await Promise.all([one.close(), one.close(), two.close()])
  await t.rejects(fetch(`${one.url}/_mrap/health`))
  t.equal((await fetch(`${three.url}/_mrap/health`)).status, 200)
  await three.close()
  t.strictSame(readdirSync(tmp), [], 'no directories')
  t.ok(
    listeners().every((count, index) => count <= (atFirst[index] ?? 0)),
    'no listeners',
  )
})

test('a world file, a port, a data directory that stays', async t => {
  const dir = t.testdir({ 'world.json': JSON.stringify(world) })
  const dataDir = join(dir, 'data')
  const first = await start({
    world: join(dir, 'world.json'),
    dataDir,
    host: '127.0.0.1',
    operationDelay: 5,
    log: 'silent',
  })
  t.equal(await read(client(t, first.url), 'a.txt'), 'hello')
  await first.close()
  const second = await start({ port: first.port, dataDir, domains: ['s3.test'], allow: ['DeleteObjects'] })
  t.equal(second.port, first.port)
  t.equal(await read(client(t, second.url), 'a.txt'), 'hello')
  await second.close()
  t.ok(readdirSync(dataDir).length > 0)
})

test('what cannot be used is named, and leaves nothing', async t => {
  const tmp = t.testdir()
  const before = process.env.TMPDIR
  process.env.TMPDIR = tmp
  t.teardown(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const running = await start()
  const misspelt: object = { tming: 'instant' }
  const untyped: object = { timing: 'slow', world: { bucket: [] } }
  const cases: [StartOptions, RegExp][] = [
    [misspelt, /^start: unknown option tming; known: port, host, world/],
    [{ port: 70_000 }, /^port: "70000" is not allowed/],
    [{ host: '' }, /^host: "" is not allowed/],
    [untyped, /^timing: "slow" is not allowed/],
    [{ allow: ['Nothing'] }, /^allow: Nothing is not an operation/],
    [{ world: { buckets: [{ name: 'orders-usw2', region: 'mars-1' }] } }, /^world: buckets\[0\]\.region: /],
    [{ world: { buckets: [{ name: 'b-1', region: 'us-west-2', objects: [{ key: 'k' }] }] } }, /^world: buckets\[0\]/],
    [{ port: running.port }, /^port: port \d+ on 127\.0\.0\.1 is in use/],
  ]
  for (const [options, message] of cases) await t.rejects(start(options), { message }, String(message))
  await running.close()
  t.strictSame(readdirSync(tmp), [])
})

const inChild = (flags: readonly string[], code: string) =>
  promisify(execFile)(process.execPath, [...flags, '--eval', code], { cwd: join(import.meta.dirname, '../..') })

test('as it is shipped: by import and by require, and a process ends by itself after close', async t => {
  const code = `start({ timing: 'instant' }).then(async emulator => {
    const { status } = await fetch(emulator.url + '/_mrap/health')
    await emulator.close()
    console.log(status)
  })`
  const byImport = await inChild(['--input-type=module'], `import { start } from 'mrap-local'; ${code}`)
  t.strictSame([byImport.stdout, byImport.stderr], ['200\n', ''])
  const clients = `console.log(Object.keys(mrapLocal({ endpoint: 'http://127.0.0.1:4566' })))`
  for (const [type, load] of [
    ['module', "import { mrapLocal } from 'mrap-local/client'"],
    ['commonjs', "const { mrapLocal } = require('mrap-local/client')"],
  ] as const)
    t.match((await inChild([`--input-type=${type}`], `${load}; ${clients}`)).stdout, 'requestHandler')
  const byRequire = await inChild(['--input-type=commonjs'], `const { start } = require('mrap-local'); ${code}`)
  t.strictSame([byRequire.stdout, byRequire.stderr], ['200\n', ''])
})
