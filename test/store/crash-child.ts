import { openStore } from '../../src/store/open-store.ts'
import { newBucket, newVersion, seal } from './fixture.ts'

// Run by open-store.test.ts, which kills it: writes objects full of their own key, says so, and keeps a large body unfinished.
const store = await openStore({ directory: process.argv[2] ?? '', durability: 'process' })
const made = await store.insertBucket(newBucket({}))
const bucketId = made.outcome === 'created' ? made.id : 0
const unfinished = store.bodies.stage({ digests: [] })
for (let n = 0; ; n++) {
  const key = `key-${n}`
  const size = n % 3 === 0 ? 300_000 + n : 10 + n
  await unfinished.append(Buffer.alloc(40_000))
  await store.putObject(newVersion(bucketId, key), await seal(store, Buffer.alloc(size, key)))
  process.stdout.write(`${key} ${size}\n`)
}
