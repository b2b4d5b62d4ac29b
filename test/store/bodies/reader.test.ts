import fc from 'fast-check'
import t from 'tap'
import { collect, current, deletion, newVersion, put, read, seal, someBytes, storeWorld } from '../fixture.ts'

t.test('ranges of inline and of chunked bodies', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  for (const size of [1, 5000, 262_144, 1_000_000]) {
    const bytes = someBytes(size)
    const version = await put(store, bucketId, 'k', bytes)
    const position = fc.oneof(
      fc.nat({ max: size - 1 }),
      fc.constantFrom(...[0, 262_143, 262_144, 524_287, 524_288, size - 1].filter(at => at < size)),
    )
    await fc.assert(
      fc.asyncProperty(position, position, async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        return (await read(store, version, { start, end })).equals(bytes.subarray(start, end + 1))
      }),
      { numRuns: 60 },
    )
  }
})

t.test('pieces have at most 256 KiB and leave a turn to others', async t => {
  const { store, bucket } = await storeWorld(t)
  const version = await put(store, await bucket(), 'k', someBytes(2_000_000))
  let turns = 0
  let isReading = true
  const count = () => {
    turns++
    if (isReading) setImmediate(count)
  }
  setImmediate(count)
  const lengths: number[] = []
  for await (const piece of store.bodies.read(version)) lengths.push(piece.length)
  isReading = false
  t.equal(
    lengths.reduce((sum, length) => sum + length),
    2_000_000,
  )
  t.ok(Math.max(...lengths) <= 262_144)
  t.ok(turns >= lengths.length - 1, `${turns} turns for ${lengths.length} pieces`)
})

t.test('a range outside the body and a version that is gone are refused', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const version = await put(store, bucketId, 'k', someBytes(100))
  t.throws(() => store.bodies.read(version, { start: 0, end: 100 }), RangeError)
  t.throws(() => store.bodies.read(version, { start: 5, end: 3 }), RangeError)
  t.throws(() => store.bodies.read(version, { start: -1, end: 3 }), RangeError)
  await store.deleteObject(deletion(bucketId, 'k'))
  t.throws(() => store.bodies.read(version), /gone/)
})

t.test('a body that is being read outlives its replacement and deletion', async t => {
  const { store, bucket, countChunks, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  const first = someBytes(1_000_000)
  const version = await put(store, bucketId, 'k', first)
  const slow = store.bodies.read(version)[Symbol.asyncIterator]()
  const started = [(await slow.next()).value as Uint8Array]
  const untouched = store.bodies.read(version)

  const second = someBytes(700_000)
  await put(store, bucketId, 'k', second)
  await store.deleteObject(deletion(bucketId, 'k'))
  await chunksBecome(4)
  t.pass('what nobody reads is gone, the other body stays')
  for (let next = await slow.next(); !next.done; next = await slow.next()) started.push(next.value)
  t.ok(Buffer.concat(started).equals(first))
  for (let turn = 0; turn < 20; turn++) await store.updateBucket(0, {})
  t.equal(countChunks(), 4, 'one reader is left')
  t.ok((await collect(untouched)).equals(first), 'reading began before the replacement')
  await chunksBecome(0)
})

t.test('a reader that gives up lets go', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  const version = await put(store, bucketId, 'k', someBytes(1_000_000))
  for await (const piece of store.bodies.read(version)) {
    t.ok(piece.length > 0)
    break
  }
  const unused = store.bodies.read(version)[Symbol.asyncIterator]()
  await store.deleteObject(deletion(bucketId, 'k'))
  await unused.return?.()
  t.strictSame(await unused.next(), { done: true, value: undefined })
  await chunksBecome(0)
})

t.test('a version found can be read in the same tick, whatever the writer does', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await put(store, bucketId, 'k', someBytes(10))
  let isWriting = true
  const writer = (async () => {
    for (let n = 0; n < 200; n++) {
      const size = n % 3 === 0 ? 70_000 : 100
      await store.putObject(newVersion(bucketId, 'k'), await seal(store, Buffer.alloc(size, n)))
    }
    isWriting = false
  })()
  let reads = 0
  while (isWriting) {
    const version = current(store, bucketId, 'k')
    // Longer than a write takes: the writer commits in between.
    const until = performance.now() + 2
    while (performance.now() < until);
    const bytes = await read(store, version)
    if (bytes.length !== version.size) throw new Error(`${bytes.length} bytes of a version of ${version.size}`)
    reads++
    await new Promise(resolve => setImmediate(resolve))
  }
  await writer
  t.ok(reads > 20, `${reads} reads`)
})

t.test('ten thousand small parts come in few pieces', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const upload = { uploadId: 'u', bucketId, key: 'k', initiatedAt: 1, initiatorId: 'a', ownerId: 'a' } as const
  const settings = { storageClass: 'STANDARD', checksumAlgorithm: undefined, checksumType: undefined, details: {} }
  await store.insertUpload({ ...upload, ...settings })
  const row = store.findUpload('u')?.id ?? 0
  const parts = Array.from({ length: 10_000 }, (_, index) => ({
    part: { partNumber: index + 1, size: 100, etag: 'e', lastModified: 1, checksum: undefined },
    bytes: Buffer.alloc(100, index % 251),
  }))
  await Promise.all(parts.map(async ({ part, bytes }) => store.putPart(row, part, await seal(store, bytes))))
  const list = { numbers: parts.map(({ part }) => part.partNumber), etags: parts.map(({ part }) => part.etag) }
  await store.completeUpload(row, newVersion(bucketId, 'k'), list)
  const pieces: Uint8Array[] = []
  for await (const piece of store.bodies.read(current(store, bucketId, 'k'))) pieces.push(piece)
  t.ok(pieces.length <= 5, `${pieces.length} pieces, each a turn of the event loop`)
  t.ok(Buffer.concat(pieces).equals(Buffer.concat(parts.map(({ bytes }) => bytes))))
})
