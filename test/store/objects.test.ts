import t from 'tap'
import type { ObjectVersion, VersionDetails } from '../../src/store/rows.ts'
import type { ListEntry } from '../../src/store/store.ts'
import { current, deletion, newVersion, put, read, seal, someBytes, storeWorld } from './fixture.ts'

const rowsOf = (entries: readonly ListEntry<ObjectVersion>[]) =>
  entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))

t.test('a version comes back as it was stored', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  const details: VersionDetails = {
    entityHeaders: { 'content-type': 'text/plain' },
    metadata: { k: 'v', constructor: 'x' },
    tags: [
      ['a', 'ü'],
      ['b', ''],
    ],
    checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' },
    retention: { mode: 'GOVERNANCE', retainUntil: 5 },
  }
  const version = newVersion(bucketId, 'a\0b/💩', { storageClass: 'GLACIER', details })
  t.strictSame(await store.putObject(version, await seal(store, Buffer.from('hello'))), {
    outcome: 'written',
    versionId: version.versionId,
    versioning: 'Enabled',
    lastModified: version.lastModified,
  })
  const stored = current(store, bucketId, 'a\0b/💩')
  const { id, ...rest } = stored
  const flags = { isCurrent: true, isDeleteMarker: false, revision: 1, size: 5, partCount: undefined }
  const own = { counter: 0, isReplica: false, replication: undefined }
  t.strictSame(rest, { ...version, ...flags, ...own })
  t.strictSame(store.findVersion(bucketId, version.key, version.versionId), stored)
  t.strictSame(rowsOf(store.listObjects({ bucketId, prefix: '', limit: 5 }).entries), [stored])
  t.equal(store.findVersion(bucketId, version.key, 'null'), undefined)
  t.equal(store.findCurrentVersion(bucketId, 'a'), undefined, 'a key is not cut at U+0000')
  t.ok(id > 0)
})

t.test('of 32 writers with one expectation exactly one wins', async t => {
  for (const versioning of [undefined, 'Enabled', 'Suspended'] as const) {
    const { store, bucket, chunksBecome } = await storeWorld(t)
    const bucketId = await bucket({ versioning })
    for (const size of [10, 100_000]) {
      const key = `k${size}`
      const race = async (expect: Parameters<typeof store.putObject>[2]) => {
        const outcomes = await Promise.all(
          Array.from({ length: 32 }, async () =>
            store.putObject(newVersion(bucketId, key), await seal(store, someBytes(size)), expect),
          ),
        )
        return outcomes.filter(({ outcome }) => outcome === 'written').length
      }
      t.equal(await race({ kind: 'absent' }), 1, `${versioning}: none was there`)
      t.equal(await race({ kind: 'etag', etag: current(store, bucketId, key).etag }), 1, `${versioning}: by ETag`)
    }
    await chunksBecome(versioning === 'Enabled' ? 2 : 1)
  }
})

t.test('what an expectation means', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  const write = async (key: string, expect: Parameters<typeof store.putObject>[2]) =>
    store.putObject(newVersion(bucketId, key), await seal(store, Buffer.from('x')), expect)
  const unexpected = (current: 'absent' | 'present') => ({ outcome: 'unexpected', current })
  t.strictSame(await write('k', { kind: 'present' }), unexpected('absent'))
  t.strictSame(await write('k', { kind: 'etag', etag: 'e' }), unexpected('absent'))
  t.match(await write('k', { kind: 'absent' }), { outcome: 'written' })
  t.strictSame(await write('k', { kind: 'absent' }), unexpected('present'))
  t.strictSame(await write('k', { kind: 'etag', etag: 'other' }), unexpected('present'))
  t.match(await write('k', { kind: 'present' }), { outcome: 'written' })
  await store.deleteObject(deletion(bucketId, 'k'))
  t.strictSame(await write('k', { kind: 'present' }), unexpected('absent'), 'a delete marker counts as absent')
  t.strictSame(await write('k', { kind: 'etag', etag: '' }), unexpected('absent'))
  const remove = (expect: Parameters<typeof store.putObject>[2]) =>
    store.deleteObject({ ...deletion(bucketId, 'k'), expect })
  t.strictSame(await remove({ kind: 'present' }), unexpected('absent'))
  t.match(await write('k', { kind: 'absent' }), { outcome: 'written' })
  t.strictSame(await remove({ kind: 'etag', etag: 'other' }), unexpected('present'))
  t.match(await remove({ kind: 'etag', etag: current(store, bucketId, 'k').etag }), { outcome: 'marked' })
})

t.test('delete without versioning, and what was not there', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const bucketId = await bucket()
  await put(store, bucketId, 'k', someBytes(300_000))
  t.strictSame(await store.deleteObject(deletion(bucketId, 'other')), { outcome: 'absent' })
  t.strictSame(await store.deleteObject(deletion(bucketId, 'k', 'v')), { outcome: 'absent' })
  const removed = { outcome: 'removed', wasDeleteMarker: false, versionId: 'null' }
  t.strictSame(await store.deleteObject(deletion(bucketId, 'k')), removed)
  t.strictSame(await store.deleteObject(deletion(bucketId, 'k')), { outcome: 'absent' })
  await chunksBecome(0)
})

t.test('Object Lock holds a version', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled', objectLock: true })
  const retention = (mode: 'GOVERNANCE' | 'COMPLIANCE') => ({ retention: { mode, retainUntil: 1000 } })
  const cases: [string, VersionDetails, number, boolean, 'locked' | 'removed'][] = [
    ['governance', retention('GOVERNANCE'), 999, false, 'locked'],
    ['governance, bypassed', retention('GOVERNANCE'), 999, true, 'removed'],
    ['governance, over', retention('GOVERNANCE'), 1000, false, 'removed'],
    ['compliance', retention('COMPLIANCE'), 999, true, 'locked'],
    ['compliance, over', retention('COMPLIANCE'), 1000, false, 'removed'],
    ['legal hold', { legalHold: 'ON' }, 9999, true, 'locked'],
    ['legal hold off', { legalHold: 'OFF' }, 1, false, 'removed'],
    ['legal hold outlasts', { ...retention('GOVERNANCE'), legalHold: 'ON' }, 9999, true, 'locked'],
  ]
  for (const [name, details, now, bypassGovernance, outcome] of cases) {
    const { versionId } = await put(store, bucketId, name, Buffer.from('x'), { details })
    const deleted = await store.deleteObject({ ...deletion(bucketId, name, versionId), now, bypassGovernance })
    t.equal(deleted.outcome, outcome, name)
    t.equal(store.findVersion(bucketId, name, versionId) !== undefined, outcome === 'locked')
  }
  t.match(
    await store.deleteObject(deletion(bucketId, 'compliance')),
    { outcome: 'marked' },
    'a marker may be put on top',
  )
})

t.test('details change only as long as nobody else changed them', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  const { id, revision } = await put(store, bucketId, 'k')
  const change = (tag: string) => ({ details: { tags: [['k', tag]] as const } })
  const outcomes = await Promise.all(['a', 'b', 'c'].map(tag => store.updateVersion(id, revision, change(tag))))
  t.strictSame(
    outcomes.map(({ outcome }) => outcome),
    ['updated', 'changed', 'changed'],
  )
  t.match(current(store, bucketId, 'k'), { id, revision: 2, storageClass: 'STANDARD', details: { tags: [['k', 'a']] } })
  t.strictSame(await store.updateVersion(id, 2, { details: {}, storageClass: 'GLACIER' }), { outcome: 'updated' })
  t.match(rowsOf(store.listObjects({ bucketId, prefix: '', limit: 1 }).entries), [
    { revision: 3, storageClass: 'GLACIER', details: {} },
  ])
  await put(store, bucketId, 'k')
  t.strictSame(await store.updateVersion(id, 3, { details: {} }), { outcome: 'changed' }, 'the version is gone')
})

t.test('a link shares the bytes until the last version of them is gone', async t => {
  const { store, bucket, countChunks, chunksBecome } = await storeWorld(t)
  const [from, to] = [await bucket(), await bucket({ versioning: 'Enabled' })]
  for (const size of [500, 600_000]) {
    const bytes = someBytes(size)
    const source = await put(store, from, 'source', bytes)
    const version = newVersion(to, 'copy', { details: { metadata: { own: '1' } } })
    t.match(await store.linkObject(version, source.id), { outcome: 'written', versionId: version.versionId })
    t.equal(countChunks(), size === 500 ? 0 : 3, 'nothing is copied')
    await store.deleteObject(deletion(from, 'source'))
    const copy = current(store, to, 'copy')
    t.match(copy, { size, etag: version.etag, details: { metadata: { own: '1' } } })
    for (let turn = 0; turn < 20; turn++) await store.updateBucket(0, {})
    t.ok((await read(store, copy)).equals(bytes))
    t.match(await store.linkObject(newVersion(to, 'late'), source.id), { outcome: 'source-gone' })
    await store.deleteObject(deletion(to, 'copy', version.versionId))
    await chunksBecome(0)
  }
})

t.test('an object linked onto itself keeps its bytes', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  for (const size of [500, 600_000]) {
    const bytes = someBytes(size)
    const source = await put(store, bucketId, 'k', bytes)
    await store.linkObject(newVersion(bucketId, 'k', { details: { metadata: { now: 'this' } } }), source.id)
    for (let turn = 0; turn < 20; turn++) await store.updateBucket(0, {})
    const version = current(store, bucketId, 'k')
    t.not(version.id, source.id)
    t.match(version.details, { metadata: { now: 'this' } })
    t.ok((await read(store, version)).equals(bytes))
  }
})

t.test('a link meets expectations, and never takes a delete marker', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  const source = await put(store, bucketId, 'source')
  await put(store, bucketId, 'k')
  const linked = await store.linkObject(newVersion(bucketId, 'k'), source.id, { kind: 'absent' })
  t.strictSame(linked, { outcome: 'unexpected', current: 'present' })
  await store.deleteObject(deletion(bucketId, 'source'))
  const marker = current(store, bucketId, 'source')
  t.equal(marker.isDeleteMarker, true)
  t.strictSame(await store.linkObject(newVersion(bucketId, 'k'), marker.id), { outcome: 'source-gone' })
})
