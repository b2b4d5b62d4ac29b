import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createLogger } from '../../src/protocol/logger.ts'
import { createWorldClock } from '../../src/protocol/world-clock.ts'
import { openWorldStore, resetWorld } from '../../src/server/apply-world.ts'
import type { World } from '../../src/world/world.ts'
import { account, bucket, startApp } from '../helpers/app.ts'
import { textsOf } from '../helpers/xml.ts'
import { current, put, read, worldOf } from '../store/fixture.ts'

const applyWorldChild = fileURLToPath(new URL('./apply-world-child.js', import.meta.url))
const object = (key: string, content: { body: string } | { file: string }) => ({ key, content, metadata: {}, tags: {} })

const optionsOf = (t: Test, dataDir: string, world: Partial<World>) => ({
  config: { accountId: account, bucketDefaults: 'current' as const },
  world: { accounts: [], buckets: [], multiRegionAccessPoints: [], ...world },
  log: createLogger('silent'),
  clock: createWorldClock({ scope: 'state' }),
  dataDir,
  durability: 'process' as const,
  onFailure: (reason: Error) => t.fail(reason.message),
})

t.test('a process killed while it applies the world applies all of it at the next start', async t => {
  const directory = t.testdir()
  const dataDir = join(directory, 'data')
  const last = join(directory, 'last')
  const many = Array.from({ length: 100 }, (_, n) => object(`k${n}`, { body: `body ${n}` }))
  const { world } = optionsOf(t, dataDir, {
    buckets: [
      bucket('first', 'us-west-2', { objects: many }),
      bucket('second', 'eu-west-1', { objects: [...many, object('last', { file: last })] }),
    ],
    multiRegionAccessPoints: [{ name: 'orders', buckets: [{ name: 'first' }, { name: 'second' }], routes: {} }],
  })
  // The child comes to a halt at this file: nobody writes to the pipe.
  execFileSync('mkfifo', [last])
  const child = spawn(process.execPath, [applyWorldChild, dataDir, JSON.stringify(world)], { stdio: 'inherit' })
  await isRead(last)
  child.kill('SIGKILL')
  await once(child, 'exit')

  rmSync(last)
  writeFileSync(last, 'the end')
  const store = await openWorldStore(optionsOf(t, dataDir, world))
  t.teardown(() => store.close())
  for (const { name, objects } of world.buckets) {
    const bucketId = store.findBucket(name)?.id ?? 0
    t.equal(store.listObjects({ bucketId, prefix: '', limit: 1000 }).entries.length, objects.length, name)
  }
  t.equal(store.findMrapByName(account, 'orders', Date.now())?.regions.length, 2)
})

/** Resolves when somebody has opened the pipe for reading. */
async function isRead(pipe: string): Promise<void> {
  for (let n = 0; n < 1000; n++) {
    try {
      await (await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)).close()
      return
    } catch {
      await setTimeout(20)
    }
  }
  throw new Error('nobody reads the pipe')
}

t.test('a world whose files cannot be read leaves what was there', async t => {
  const directory = t.testdir({ file: 'x'.repeat(100_000), small: 'small' })
  const file = (name: string) => object(name, { file: join(directory, name) })
  const objects = [object('inline', { body: 'inline' }), file('small'), file('file')]
  const options = optionsOf(t, join(directory, 'data'), { buckets: [bucket('one', 'us-west-2', { objects })] })
  const store = await openWorldStore(options)
  t.teardown(() => store.close())
  const { chunksBecome } = worldOf(store, options.dataDir)
  const bucketId = store.findBucket('one')?.id ?? 0
  const text = async (key: string) => String(await read(store, current(store, bucketId, key)))
  t.equal(await text('small'), 'small')
  t.equal(await text('file'), 'x'.repeat(100_000))
  await chunksBecome(1)
  await put(store, bucketId, 'mine')

  rmSync(join(directory, 'file'))
  await t.rejects(resetWorld(store, options), { name: 'StartError', message: /object file: ENOENT/ })
  t.equal(await text('mine'), 'mine', 'nothing was reset')
  t.equal(await text('file'), 'x'.repeat(100_000))
  await chunksBecome(1)
})

t.test('whoever reads during a reset sees the world of before or the new one, never less', async t => {
  const names = ['a', 'b', 'c']
  const keys = Array.from({ length: 50 }, (_, n) => `k${n}`)
  const buckets = names.map(name =>
    bucket(`world-${name}`, 'us-east-1', { objects: keys.map(key => object(key, { body: key })) }),
  )
  const app = await startApp(t, { world: { buckets } })
  for (let round = 0; round < 5; round++) {
    t.equal((await app.ask('PUT /world-c/more', { body: 'x' })).status, 200)
    let isReset = false
    const reset = app.ask('POST /_mrap/reset', { sign: 'none' }).finally(() => {
      isReset = true
    })
    const seen = new Set<number>()
    while (!isReset) {
      const [list, objects] = await Promise.all([app.ask('GET /'), app.ask('GET /world-c?list-type=2')])
      t.equal(textsOf(list.text, 'Name').length, 3)
      seen.add(textsOf(objects.text, 'Key').length)
    }
    t.equal((await reset).status, 204)
    t.strictSame(
      [...seen].filter(count => count !== 50 && count !== 51),
      [],
    )
    t.equal((await app.ask('HEAD /world-c/more')).status, 404)
  }
})
