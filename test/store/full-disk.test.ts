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
  const staged = store.bodies.stage({ digests: [] })
  const upload = (async () => {
    for (let n = 0; n < 20; n++) await staged.append(someBytes(262_144))
    await staged.seal()
  })()
  await t.rejects(upload, StorageError, 'so do the chunks of a large body')
  await staged.discard()

  t.ok((await read(store, current(store, bucketId, 'first'))).equals(bytes), 'what was acknowledged is there')
  for (const key of stored) t.ok(store.findCurrentVersion(bucketId, key), key)
  t.equal(large.size, 600_000)

  await store.deleteObject(deletion(bucketId, 'large'))
  await worldOf(store, directory).chunksBecome(0)
  t.equal((await put(store, bucketId, 'again', bytes)).size, 60_000)
})
