import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { initialSchema } from '../../src/store/migrations/0001-initial.ts'
import { accountsSchema } from '../../src/store/migrations/0002-accounts.ts'
import { notesSchema } from '../../src/store/migrations/0003-notes.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { current, deletion, put, read, storeWorld } from './fixture.ts'

const idsOf = (store: Store, bucketId: number, key: string) =>
  store.listVersions({ bucketId, prefix: key, limit: 2000 }).entries.flatMap(entry => {
    if (entry.kind === 'prefix') return []
    const { versionId, lastModified, counter, isCurrent } = entry.row
    return [`${versionId} ${lastModified}.${counter}${isCurrent ? ' current' : ''}`]
  })

t.test('who was acknowledged last reads what it wrote, whatever the clock says', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  await put(store, bucketId, 'k', Buffer.from('1'), { versionId: 'z', lastModified: 10 })
  await put(store, bucketId, 'k', Buffer.from('2'), { versionId: 'a', lastModified: 10 })
  await put(store, bucketId, 'k', Buffer.from('3'), { versionId: 'm', lastModified: 4 })
  t.strictSame(idsOf(store, bucketId, 'k'), ['m 10.2 current', 'a 10.1', 'z 10.0'])
  t.equal(String(await read(store, current(store, bucketId, 'k'))), '3')
  await put(store, bucketId, 'k', Buffer.from('4'), { versionId: 'b', lastModified: 11 })
  await store.deleteObject({ ...deletion(bucketId, 'k'), markerVersionId: 'c', now: 3 })
  t.strictSame(idsOf(store, bucketId, 'k').slice(0, 2), ['c 11.1 current', 'b 11.0'])
  await store.deleteObject(deletion(bucketId, 'k', 'c'))
  await store.deleteObject(deletion(bucketId, 'k', 'b'))
  t.strictSame(idsOf(store, bucketId, 'k'), ['m 10.2 current', 'a 10.1', 'z 10.0'], 'the newest of the rest')
})

t.test('1,000 writes of one key while time stands still', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  for (let n = 0; n < 1000; n++) {
    const version = await put(store, bucketId, 'k', Buffer.from(`${n}`), { lastModified: 10 })
    if (String(await read(store, version)) !== `${n}`) t.fail(`write ${n} is not read`)
  }
  t.equal(new Set(idsOf(store, bucketId, 'k')).size, 1000)
})

t.test('a bucket that keeps no versions keeps the time that was asked for', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await put(store, bucketId, 'k', Buffer.from('1'), { lastModified: 10 })
  t.match(await put(store, bucketId, 'k', Buffer.from('2'), { lastModified: 4 }), { lastModified: 4, counter: 0 })
})

t.test('a data directory of before keeps its order', async t => {
  const directory = t.testdir()
  const db = new Sqlite(join(directory, 'store.sqlite'))
  for (const sql of [initialSchema, accountsSchema, notesSchema]) db.exec(sql)
  db.pragma(`application_id = ${0x4d524150}`)
  db.pragma('user_version = 3')
  db.exec(`INSERT INTO buckets (id, name, region, account_id, created_at, versioning, object_lock, request_payer)
    VALUES (1, 'a', 'us-west-2', '111122223333', 1, 'Enabled', 0, 'BucketOwner')`)
  const insert =
    db.prepare(`INSERT INTO object_versions (id, bucket_id, key, version_id, is_current, is_delete_marker, size, etag,
    last_modified, owner_id, storage_class, details, body) VALUES (?, 1, ?, ?, ?, 0, 0, 'e', ?, '111122223333', 'STANDARD', '{}', x'')`)
  const rows: readonly (readonly [key: string, id: string, at: number])[] = [
    ['k', 'z', 10],
    ['k', 'b', 20],
    ['l', 'a', 7],
    ['k', 'y', 20],
    ['k', 'c', 15],
    ['k', 'd', 21],
    ['l', 'b', 8],
  ]
  const isLast = (key: string, index: number) => rows.findLastIndex(row => row[0] === key) === index
  for (const [index, [key, id, at]] of rows.entries()) insert.run(index + 1, key, id, isLast(key, index) ? 1 : 0, at)
  db.close()
  const store = await openStore({ directory, durability: 'ephemeral' })
  t.teardown(() => store.close())
  t.strictSame(idsOf(store, 1, 'k'), ['d 21.0 current', 'c 20.2', 'y 20.1', 'b 20.0', 'z 10.0'])
  t.strictSame(idsOf(store, 1, 'l'), ['b 8.0 current', 'a 7.0'])
  // Until the writer has opened the file, it must stay where it is.
  await store.updateBucket(1, {})
})
