import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openStore } from '../../src/store/open-store.ts'
import { StorageError } from '../../src/store/storage-error.ts'
import { current, deletion, newVersion, put, read, seal, someBytes, worldOf } from './fixture.ts'

t.test('when the disk is full, writes fail, reads go on, and room is enough to write again', async t => {
  const directory = t.testdir()
  const onFailure = (error: Error) => t.fail(`the writer died: ${error.message}`)
  const store = await openStore({ directory, durability: 'process', onFailure, maxPages: 300 })
  t.teardown(() => store.close())
  const bucketId = await worldOf(store, directory).bucket()
  const bytes = someBytes(60_000)
  await put(store, bucketId, 'first', bytes)
  const large = await put(store, bucketId, 'large', someBytes(600_000))

  const isFull = (error: unknown) => error instanceof StorageError && error.reason === 'full'
  const stored: string[] = []
  let failures = 0
  for (let n = 0; n < 100 && failures < 3; n++) {
    // Several at once, so that they share a transaction.
    const keys = [`small-${n}-a`, `small-${n}-b`, `small-${n}-c`]
    const body = await seal(store, bytes)
    const outcomes = await Promise.allSettled(keys.map(key => store.putObject(newVersion(bucketId, key), body)))
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') stored.push(keys[index] ?? '')
      else if (isFull(outcome.reason)) failures++
      else t.fail(String(outcome.reason))
    }
  }
  t.ok(failures >= 3, 'it became full')
  t.ok((await read(store, current(store, bucketId, 'first'))).equals(bytes), 'what was acknowledged is there')
  for (const key of stored) t.ok(store.findCurrentVersion(bucketId, key), key)
  t.equal(large.size, 600_000)

  await store.deleteObject(deletion(bucketId, 'large'))
  for (const key of stored.slice(0, 2)) await store.deleteObject(deletion(bucketId, key))
  await worldOf(store, directory).chunksBecome(0)
  t.equal((await put(store, bucketId, 'again', bytes)).size, 60_000)
})

t.test('a large body that the disk does not take fails alone', { skip: process.platform !== 'linux' }, async t => {
  const directory = t.testdir()
  const store = await openStore({ directory, durability: 'ephemeral' })
  t.teardown(() => store.close())
  const bucketId = await worldOf(store, directory).bucket()
  await worldOf(store, directory).chunksBecome(0)
  // Files that are full from the beginning.
  const files = join(directory, 'bodies', '0')
  mkdirSync(files)
  for (let id = 1; id <= 9; id++) symlinkSync('/dev/full', join(files, String(id)))
  const isFull = (error: unknown) => error instanceof StorageError && error.reason === 'full'
  const staged = store.bodies.stage({ digests: [] })
  const upload = (async () => {
    for (let n = 0; n < 20; n++) await staged.append(someBytes(262_144))
    await staged.seal()
  })()
  await upload.then(
    () => t.fail('it was taken'),
    error => t.ok(isFull(error)),
  )
  await staged.discard()
  const bytes = someBytes(100)
  t.ok((await read(store, await put(store, bucketId, 'small', bytes))).equals(bytes), 'the writer lives')
  for (let id = 2; id <= 9; id++) rmSync(join(files, String(id)), { force: true })
  const large = someBytes(1_000_000)
  t.ok((await read(store, await put(store, bucketId, 'large', large))).equals(large), 'and takes it again')
})
