import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import t from 'tap'
import { collect, current, newVersion, read, seal, someBytes, storeWorld } from '../fixture.ts'

const sizes = [0, 1, 1024, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 524_288, 3_000_001]

t.test('bodies of every size come back byte for byte, with the digests asked for', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  for (const size of sizes) {
    const bytes = someBytes(size)
    const staged = store.bodies.stage({ digests: ['sha256', 'crc32'] })
    for (let at = 0; at < size; at += 50_000) await staged.append(bytes.subarray(at, at + 50_000))
    const sealed = await staged.seal()
    const hex = (digest: Uint8Array | undefined) => Buffer.from(digest ?? []).toString('hex')
    t.equal(sealed.size, size)
    t.equal(hex(sealed.digests.md5), createHash('md5').update(bytes).digest('hex'), `md5 of ${size}`)
    t.equal(hex(sealed.digests.sha256), createHash('sha256').update(bytes).digest('hex'), `sha256 of ${size}`)
    t.equal(hex(sealed.digests.crc32), crc32(bytes).toString(16).padStart(8, '0'), `crc32 of ${size}`)
    t.equal(sealed.inline !== undefined, size <= 65_536, `${size} travels inline up to 64 KiB`)
    await store.putObject(newVersion(bucketId, `k${size}`), sealed)
    const version = current(store, bucketId, `k${size}`)
    t.equal(version.size, size)
    t.ok((await read(store, version)).equals(bytes), `bytes of ${size}`)
  }
})

t.test('bytes are taken before append returns', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  for (const size of [1000, 100_000]) {
    const piece = Buffer.alloc(size, 'a')
    const staged = store.bodies.stage({ digests: [] })
    const first = staged.append(piece)
    piece.fill('b')
    const second = staged.append(piece)
    await Promise.all([first, second])
    await store.putObject(newVersion(bucketId, 'k'), await staged.seal())
    const bytes = await read(store, current(store, bucketId, 'k'))
    t.ok(bytes.equals(Buffer.concat([Buffer.alloc(size, 'a'), Buffer.alloc(size, 'b')])))
  }
})

t.test('a body is invisible until it is published', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const sealed = await seal(store, someBytes(1_000_000))
  t.equal(store.findCurrentVersion(bucketId, 'k'), undefined)
  t.strictSame(store.listVersions({ bucketId, prefix: '', limit: 10 }).entries, [])
  await store.putObject(newVersion(bucketId, 'k'), sealed)
  t.equal(current(store, bucketId, 'k').size, 1_000_000)
})

t.test('an upload that ends early leaves nothing', async t => {
  const { store, countChunks, chunksBecome } = await storeWorld(t)
  const staged = store.bodies.stage({ digests: [] })
  await staged.append(someBytes(600_000))
  await chunksBecome(2)
  await staged.discard()
  await staged.discard()
  await chunksBecome(0)
  await t.rejects(staged.append(someBytes(1)), /discarded/)
  await t.rejects(staged.seal(), /discarded/)

  const sealed = store.bodies.stage({ digests: [] })
  await sealed.append(someBytes(600_000))
  await sealed.seal()
  t.equal(countChunks(), 3)
  await sealed.discard()
  await chunksBecome(0)
  t.pass('sealed, refused and discarded leaves nothing either')

  const small = store.bodies.stage({ digests: [] })
  await small.append(someBytes(10))
  await small.discard()
  await t.rejects(small.append(someBytes(1)), /discarded/)
})

t.test('discard does not touch what was published', async t => {
  const { store, bucket, countChunks } = await storeWorld(t)
  const bucketId = await bucket()
  const bytes = someBytes(600_000)
  const staged = store.bodies.stage({ digests: [] })
  await staged.append(bytes)
  await store.putObject(newVersion(bucketId, 'k'), await staged.seal())
  await staged.discard()
  for (let turn = 0; turn < 20; turn++) await store.updateBucket(0, {})
  t.equal(countChunks(), 3)
  t.ok((await read(store, current(store, bucketId, 'k'))).equals(bytes))
})

t.test('a body is published once, and not after it was discarded', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const sealed = await seal(store, someBytes(100_000))
  await store.putObject(newVersion(bucketId, 'k'), sealed)
  await t.rejects(store.putObject(newVersion(bucketId, 'other'), sealed), /published/)
  const staged = store.bodies.stage({ digests: [] })
  await staged.append(someBytes(100_000))
  const dropped = await staged.seal()
  await staged.discard()
  await t.rejects(store.putObject(newVersion(bucketId, 'other'), dropped), /discarded/)
  t.equal(store.findCurrentVersion(bucketId, 'other'), undefined)
})

t.test('append holds back a sender that is faster than the writer', async t => {
  const { store } = await storeWorld(t)
  const staged = store.bodies.stage({ digests: [] })
  const piece = someBytes(262_144)
  let sent = 0
  let waited = 0
  for (; sent < 40; sent++) {
    let resolved = false
    const appended = staged.append(piece).then(() => {
      resolved = true
    })
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    if (!resolved) waited++
    await appended
  }
  t.ok(waited >= 40 - 8 - 1, `waited ${waited} times of 40`)
  await staged.discard()
})

t.test('many bodies at once keep apart', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const bodies = Array.from({ length: 12 }, (_, n) => someBytes(200_000 + n * 77_777))
  await Promise.all(
    bodies.map(async (bytes, n) => {
      const staged = store.bodies.stage({ digests: [] })
      for (let at = 0; at < bytes.length; at += 33_333) {
        await staged.append(bytes.subarray(at, at + 33_333))
        await nextTurn()
      }
      await store.putObject(newVersion(bucketId, `k${n}`), await staged.seal())
    }),
  )
  for (const [n, bytes] of bodies.entries()) {
    t.ok((await collect(store.bodies.read(current(store, bucketId, `k${n}`)))).equals(bytes), `body ${n}`)
  }
})
