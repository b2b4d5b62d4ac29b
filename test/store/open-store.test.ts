import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openStore } from '../../src/store/open-store.ts'
import {
  count,
  current,
  deletion,
  newBucket,
  newVersion,
  put,
  read,
  seal,
  someBytes,
  storeWorld,
  worldOf,
} from './fixture.ts'

t.test('what was written is there at the next start', async t => {
  const directory = t.testdir()
  const first = await openStore({ directory, durability: 'process' })
  const bucketId = await worldOf(first, directory).bucket()
  const bytes = someBytes(700_000)
  await put(first, bucketId, 'large', bytes)
  await put(first, bucketId, 'small', Buffer.from('small'))
  await first.close()

  const second = await openStore({ directory, durability: 'process' })
  t.teardown(() => second.close())
  t.ok((await read(second, current(second, bucketId, 'large'))).equals(bytes))
  t.equal(String(await read(second, current(second, bucketId, 'small'))), 'small')
  await put(second, bucketId, 'more', someBytes(700_000))
  t.ok((await read(second, current(second, bucketId, 'large'))).equals(bytes), 'ids of bodies go on')
})

t.test('a process that is killed loses nothing it acknowledged and leaves nothing else', async t => {
  const directory = t.testdir()
  const child = spawn(process.execPath, [fileURLToPath(new URL('./crash-child.js', import.meta.url)), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === 60) child.kill('SIGKILL')
  }
  t.ok(acknowledged.length >= 60)

  const store = await openStore({ directory, durability: 'process' })
  t.teardown(() => store.close())
  const { chunksBecome } = worldOf(store, directory)
  const bucketId = store.findBucket('bucket')?.id ?? 0
  for (const line of acknowledged) {
    const [key = '', size] = line.split(' ')
    const bytes = await read(store, current(store, bucketId, key))
    t.ok(bytes.equals(Buffer.alloc(Number(size), key)), line)
  }
  const { entries } = store.listObjects({ bucketId, prefix: '', limit: 1000 })
  const sizes = entries.map(entry => (entry.kind === 'row' ? entry.row.size : 0))
  t.ok(sizes.length - acknowledged.length <= 2, 'at most what was committed and not yet said')
  await chunksBecome(sizes.reduce((sum, size) => sum + (size > 65_536 ? Math.ceil(size / 262_144) : 0), 0))
})

t.test('reset empties everything, and what is under way comes to nothing', async t => {
  const { store, directory, bucket, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket({ name: 'b', versioning: 'Enabled' })
  const bytes = someBytes(700_000)
  const version = await put(store, bucketId, 'k', bytes)
  await put(store, bucketId, 'small')
  const reader = store.bodies.read(version)
  const staged = store.bodies.stage({ digests: [] })
  await staged.append(someBytes(600_000))
  const sealed = await seal(store, someBytes(100_000))

  const resetting = store.reset()
  const late = store.putObject(newVersion(bucketId, 'late'), await seal(store, Buffer.from('x')))
  await resetting
  t.equal(store.isEmpty(), true)
  t.equal(store.findBucket('b'), undefined)
  t.equal(store.findCurrentVersion(bucketId, 'k'), undefined)
  for (const table of ['buckets', 'object_versions', 'uploads', 'parts']) t.equal(count(directory, table), 0, table)
  t.match(await late, { outcome: 'no-bucket' })
  t.match(await store.putObject(newVersion(bucketId, 'k'), sealed), { outcome: 'no-bucket' })
  await staged.append(someBytes(600_000))
  const sealedLate = await staged.seal()
  t.equal(sealedLate.size, 1_200_000)
  t.match(await store.putObject(newVersion(bucketId, 'k'), sealedLate), { outcome: 'no-bucket' })
  const received: Uint8Array[] = []
  for await (const piece of reader) received.push(piece)
  t.ok(Buffer.concat(received).equals(bytes), 'a reader still finishes')
  await chunksBecome(0)

  const again = await bucket({ name: 'b' })
  t.not(again, bucketId)
  t.ok((await read(store, await put(store, again, 'k', bytes))).equals(bytes), 'it works as before')
})

t.test('close finishes what was asked and refuses the rest', async t => {
  const directory = t.testdir()
  const store = await openStore({ directory, durability: 'ephemeral' })
  const bucketId = await worldOf(store, directory).bucket()
  const staged = store.bodies.stage({ digests: [] })
  await staged.append(someBytes(600_000))
  const body = await seal(store, Buffer.from('x'))
  const writes = Array.from({ length: 50 }, (_, n) => store.putObject(newVersion(bucketId, `k${n}`), body))
  const closing = store.close()
  await t.rejects(store.putObject(newVersion(bucketId, 'late'), body), /closed/)
  await closing
  t.equal((await Promise.all(writes)).length, 50)
  await t.rejects(staged.append(someBytes(600_000)), /closed/)
  await t.rejects(staged.seal(), /closed/)
  await staged.discard()
  await t.resolves(store.close(), 'once more is harmless')
  t.equal(count(directory, 'object_versions'), 50)
})

t.test('one command that fails does not fail its neighbours', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const body = await seal(store, Buffer.from('x'))
  const bad = { ...newVersion(bucketId, ''), etag: 'bad' }
  const outcomes = await Promise.allSettled([
    store.putObject(newVersion(bucketId, 'a'), body),
    store.putObject(bad, body),
    store.putObject(newVersion(bucketId, 'b'), body),
    store.deleteObject(deletion(bucketId, 'a')),
  ])
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  t.equal(store.findCurrentVersion(bucketId, 'a'), undefined)
  t.equal(current(store, bucketId, 'b').size, 1)
})

t.test('a write is seen by whoever waited for it, even in a turn that has read before', async t => {
  const { store } = await storeWorld(t)
  for (let n = 0; n < 30; n++) {
    const name = `b${n}`
    const made = store.insertBucket(newBucket({ name }))
    setImmediate(() => {
      // The state of before is being read, most likely; the writer commits meanwhile, and its answer comes before this turn ends.
      store.findBucket(name)
      const until = performance.now() + 5
      while (performance.now() < until);
    })
    await made
    t.equal(store.findBucket(name)?.name, name)
  }
})
