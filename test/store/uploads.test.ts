import fc from 'fast-check'
import t from 'tap'
import type { Part, Upload } from '../../src/store/rows.ts'
import type { PartList, Store } from '../../src/store/store.ts'
import { current, deletion, newVersion, put, read, seal, someBytes, storeWorld } from './fixture.ts'

let uploads = 0

async function begin(store: Store, bucketId: number, key = 'k', settings: Partial<Upload> = {}): Promise<Upload> {
  const uploadId = `upload-${++uploads}`
  await store.insertUpload({
    uploadId,
    bucketId,
    key,
    initiatedAt: 1000,
    initiatorId: '111122223333',
    ownerId: '111122223333',
    storageClass: 'STANDARD',
    checksumAlgorithm: undefined,
    checksumType: undefined,
    details: {},
    ...settings,
  })
  const upload = store.findUpload(uploadId)
  if (!upload) throw new Error('the upload is not there')
  return upload
}

async function putPart(
  store: Store,
  uploadRow: number,
  partNumber: number,
  bytes: Uint8Array,
  settings: Partial<Part> = {},
) {
  const part = {
    partNumber,
    size: bytes.length,
    etag: `etag-${partNumber}`,
    lastModified: 1,
    checksum: undefined,
    ...settings,
  }
  return store.putPart(uploadRow, part, await seal(store, bytes))
}

const listed = (...numbers: number[]): PartList => ({ numbers, etags: numbers.map(number => `etag-${number}`) })

t.test('uploads and parts come back as they were stored', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const details = { metadata: { a: 'b' } }
  const checksums = { checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' } as const
  const upload = await begin(store, bucketId, 'k', { ...checksums, details })
  t.match(upload, { ...checksums, details, completed: undefined, bucketId, key: 'k', initiatedAt: 1000 })
  const checksum = { algorithm: 'SHA256', value: 'AAA=' }
  t.equal(await putPart(store, upload.id, 3, someBytes(10), { checksum }), 'written')
  t.equal(await putPart(store, upload.id, 1, someBytes(300_000)), 'written')
  const first = { partNumber: 1, size: 300_000, etag: 'etag-1', lastModified: 1, checksum: undefined }
  const third = { partNumber: 3, size: 10, etag: 'etag-3', lastModified: 1, checksum }
  t.strictSame(store.listParts(upload.id, 0, 10), [first, third])
  t.strictSame(store.listParts(upload.id, 1, 10), [third])
  t.strictSame(store.listParts(upload.id, 0, 1), [first])
  t.strictSame(store.findPart(upload.id, 3), third)
  t.equal(store.findPart(upload.id, 2), undefined)
  t.equal(store.findUpload('other'), undefined)
  t.equal(await store.insertUpload({ ...upload, uploadId: 'new', bucketId: bucketId + 1 }), 'no-bucket')
})

t.test('complete makes the parts an object, and moves no bytes', async t => {
  const { store, bucket, countChunks, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  const upload = await begin(store, bucketId)
  const bodies = [300_000, 1, 0, 262_144, 500_000, 70_000].map(someBytes)
  for (const [index, bytes] of bodies.entries()) await putPart(store, upload.id, index + 1, bytes)
  await putPart(store, upload.id, 9, someBytes(300_000))
  t.equal(countChunks(), 2 + 1 + 0 + 1 + 2 + 1 + 2)
  const checksum = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'x-6' } as const
  const version = newVersion(bucketId, 'k', { details: { checksum } })
  const written = await store.completeUpload(upload.id, version, listed(1, 2, 3, 4, 5, 6))
  t.strictSame(written, {
    outcome: 'written',
    versionId: 'null',
    versioning: undefined,
    lastModified: version.lastModified,
  })
  await chunksBecome(7)

  const whole = Buffer.concat(bodies)
  const object = current(store, bucketId, 'k')
  t.match(object, { size: whole.length, partCount: 6, etag: version.etag })
  t.ok((await read(store, object)).equals(whole))
  const parts = store.listObjectParts(object.id)
  t.strictSame(
    parts.map(({ offset, size }) => [offset, size]),
    [
      [0, 300_000],
      [300_000, 1],
      [300_001, 0],
      [300_001, 262_144],
      [562_145, 500_000],
      [1_062_145, 70_000],
    ],
  )
  t.match(store.findObjectPart(object.id, 5), { partNumber: 5, offset: 562_145, size: 500_000, etag: 'etag-5' })
  t.equal(store.findObjectPart(object.id, 9), undefined)
  t.strictSame(store.findUpload(upload.uploadId)?.completed, { versionId: 'null', etag: version.etag, checksum })

  const position = fc.oneof(
    fc.nat({ max: whole.length - 1 }),
    fc.constantFrom(299_999, 300_000, 300_001, 562_144, 562_145),
  )
  await fc.assert(
    fc.asyncProperty(position, position, async (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)]
      return (await read(store, object, { start, end })).equals(whole.subarray(start, end + 1))
    }),
    { numRuns: 100 },
  )
  await store.deleteObject(deletion(bucketId, 'k'))
  await chunksBecome(0)
  t.strictSame(store.listObjectParts(object.id), [])
})

t.test('an upload is completed once', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  const upload = await begin(store, bucketId)
  await putPart(store, upload.id, 1, someBytes(10))
  const complete = () => store.completeUpload(upload.id, newVersion(bucketId, 'k'), listed(1))
  const outcomes = await Promise.all([complete(), complete(), complete()])
  t.strictSame(
    outcomes.map(({ outcome }) => outcome),
    ['written', 'no-upload', 'no-upload'],
  )
  t.equal(await putPart(store, upload.id, 2, someBytes(300_000)), 'no-upload')
  t.equal(await store.abortUpload(upload.id), 'no-upload')
  t.equal((await read(store, current(store, bucketId, 'k'))).length, 10)
  t.strictSame(store.listUploads({ bucketId, prefix: '', limit: 9 }).entries, [], 'it is not open any more')
})

t.test('complete refuses parts that changed, and expectations that fail, and keeps the upload', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await put(store, bucketId, 'k')
  const upload = await begin(store, bucketId)
  await putPart(store, upload.id, 1, someBytes(10))
  const complete = (...parameters: [parts: PartList, expect?: { kind: 'absent' }]) =>
    store.completeUpload(upload.id, newVersion(bucketId, 'k'), ...parameters)
  t.strictSame(await complete({ numbers: [1], etags: ['other'] }), { outcome: 'parts-changed' })
  t.strictSame(await complete(listed(1, 2)), { outcome: 'parts-changed' })
  t.strictSame(await complete(listed(1, 1)), { outcome: 'parts-changed' })
  t.strictSame(await complete(listed()), { outcome: 'parts-changed' })
  t.strictSame(await complete(listed(1), { kind: 'absent' }), { outcome: 'unexpected', current: 'present' })
  t.equal(store.listParts(upload.id, 0, 9).length, 1)
  t.match(await complete(listed(1)), { outcome: 'written' })
  t.strictSame(await store.completeUpload(upload.id + 1, newVersion(bucketId, 'k'), listed(1)), {
    outcome: 'no-upload',
  })
})

t.test('a part is replaced by the next of its number', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  const upload = await begin(store, bucketId)
  const bytes = someBytes(10)
  await putPart(store, upload.id, 1, someBytes(600_000))
  await putPart(store, upload.id, 1, bytes, { etag: 'new' })
  await chunksBecome(1)
  t.match(store.listParts(upload.id, 0, 9), [{ size: 10, etag: 'new' }])
  t.strictSame(await store.completeUpload(upload.id, newVersion(bucketId, 'k'), listed(1)), {
    outcome: 'parts-changed',
  })
  await store.completeUpload(upload.id, newVersion(bucketId, 'k'), { numbers: [1], etags: ['new'] })
  t.ok((await read(store, current(store, bucketId, 'k'))).equals(bytes))
})

t.test('abort leaves nothing, also of parts that come too late', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const upload = await begin(store, await bucket())
  await putPart(store, upload.id, 1, someBytes(600_000))
  await putPart(store, upload.id, 2, someBytes(10))
  const late = await seal(store, someBytes(300_000))
  t.equal(await store.abortUpload(upload.id), 'aborted')
  t.equal(await store.abortUpload(upload.id), 'no-upload')
  const part = { partNumber: 3, size: 300_000, etag: 'e', lastModified: 1, checksum: undefined }
  t.equal(await store.putPart(upload.id, part, late), 'no-upload')
  t.equal(store.findUpload(upload.uploadId), undefined)
  t.strictSame(store.listParts(upload.id, 0, 9), [])
  await chunksBecome(0)
})

t.test('a multipart object is linked with its parts, and read while it is deleted', async t => {
  const { store, bucket, countChunks, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  const upload = await begin(store, bucketId)
  const bodies = [300_000, 20].map(someBytes)
  for (const [index, bytes] of bodies.entries()) await putPart(store, upload.id, index + 1, bytes)
  await store.completeUpload(upload.id, newVersion(bucketId, 'k'), listed(1, 2))
  const source = current(store, bucketId, 'k')
  await store.linkObject(newVersion(bucketId, 'copy'), source.id)
  await store.deleteObject(deletion(bucketId, 'k'))
  for (let turn = 0; turn < 20; turn++) await store.updateBucket(0, {})
  t.equal(countChunks(), 3)
  const copy = current(store, bucketId, 'copy')
  t.equal(copy.partCount, 2)
  t.match(store.findObjectPart(copy.id, 2), { offset: 300_000, size: 20 })

  const pieces = store.bodies.read(copy)
  await store.deleteObject(deletion(bucketId, 'copy'))
  const received: Uint8Array[] = []
  for await (const piece of pieces) received.push(piece)
  t.ok(Buffer.concat(received).equals(Buffer.concat(bodies)))
  await chunksBecome(0)
})

t.test('open uploads are listed by key, then start', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const asked: [key: string, initiatedAt: number][] = [
    ['b', 2],
    ['a/2', 1],
    ['b', 1],
    ['a/1', 1],
    ['b', 2],
    ['💩', 0],
    ['\uffff', 0],
  ]
  const ids: string[] = []
  for (const [key, initiatedAt] of asked) ids.push((await begin(store, bucketId, key, { initiatedAt })).uploadId)
  const [b2, a2, b1, a1, b2Later, poo, ffff] = ids
  const list = (query: object) =>
    store
      .listUploads({ bucketId, prefix: '', limit: 99, ...query })
      .entries.map(entry => (entry.kind === 'row' ? entry.row.uploadId : entry.prefix))
  t.strictSame(list({}), [a1, a2, b1, b2, b2Later, ffff, poo])
  t.strictSame(list({ delimiter: '/' }), ['a/', b1, b2, b2Later, ffff, poo])
  t.strictSame(list({ prefix: 'b' }), [b1, b2, b2Later])
  t.strictSame(list({ after: 'b' }), [ffff, poo])
  t.strictSame(list({ after: 'b', afterUploadId: b2 }), [b2Later, ffff, poo])
  t.strictSame(list({ after: 'b', afterUploadId: 'gone' }), [b1, b2, b2Later, ffff, poo])
  t.strictSame(store.listUploads({ bucketId, prefix: '', limit: 3 }).isTruncated, true)
  t.strictSame(list({ limit: 3 }), [a1, a2, b1])
})
