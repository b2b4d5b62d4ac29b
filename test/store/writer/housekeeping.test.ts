import { statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { bodyFilesIn } from '../../../src/store/bodies/files.ts'
import { chunkStatements } from '../../../src/store/bodies/rows.ts'
import { configure, type Database, openFile } from '../../../src/store/database.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createHousekeeping } from '../../../src/store/writer/housekeeping.ts'
import { someBytes } from '../fixture.ts'

function database(t: Test) {
  const directory = t.testdir()
  const file = join(directory, 'store.sqlite')
  const db = openFile(file, 0)
  configure(db, 'ephemeral')
  migrate(db)
  t.teardown(() => db.close())
  const files = bodyFilesIn(join(directory, 'bodies'))
  return { db, file, services: { files, isStaged: () => false } }
}

const countOf = (db: Database) => db.prepare('SELECT count(*) FROM body_chunks').pluck().get()

function fill(db: Database, bodyId: number, count: number): void {
  const chunks = chunkStatements(db)
  db.transaction(() => {
    for (let n = 0; n < count; n++) chunks.insert(bodyId, n, someBytes(262_144))
  })()
}

t.test('a large body is deleted in slices', async t => {
  const { db, services } = database(t)
  fill(db, 7, 150)
  fill(db, 8, 1)
  const housekeeping = createHousekeeping(db, {
    ...services,
    release: () => t.fail('released'),
    wake: () => t.fail('woken'),
  })
  housekeeping.deleteBodies([7])
  const left: unknown[] = []
  while (housekeeping.slice()) left.push(countOf(db))
  t.strictSame(left, [151 - 64, 151 - 128, 1])
})

t.test('orphans are those below the limit that no row refers to', async t => {
  const { db, services } = database(t)
  for (const bodyId of [1, 2, 3, 4, 5, 60, 61]) fill(db, bodyId, 2)
  db.exec(`INSERT INTO buckets (name, region, account_id, created_at, object_lock, request_payer)
    VALUES ('b', 'us-west-2', '111122223333', 0, 0, 'BucketOwner')`)
  db.exec(`INSERT INTO object_versions (bucket_id, key, version_id, is_current, is_delete_marker, size, etag, last_modified,
    owner_id, storage_class, details, body_id) VALUES (1, 'k', 'null', 1, 0, 524288, '', 0, '', '', '{}', 2)`)
  db.exec(
    "INSERT INTO parts (manifest_id, part_number, size, etag, last_modified, body_id) VALUES (1, 1, 524288, '', 0, 4)",
  )
  const released: number[] = []
  const housekeeping = createHousekeeping(db, {
    ...services,
    release: ids => released.push(...ids),
    wake: () => undefined,
  })
  t.equal(housekeeping.slice(), false)
  housekeeping.findOrphans(61)
  while (housekeeping.slice()) t.equal(countOf(db), 14, 'nothing is deleted before it was released')
  t.strictSame(released, [1, 3, 5, 60])
})

t.test('after a while without work the files become smaller', async t => {
  const { db, file, services } = database(t)
  fill(db, 1, 400)
  db.pragma('wal_checkpoint(truncate)')
  const full = statSync(file).size
  t.ok(full > 100_000_000)
  let wake: () => void = () => undefined
  const woken = new Promise<void>(resolve => {
    wake = resolve
  })
  const housekeeping = createHousekeeping(db, { ...services, release: () => undefined, wake: () => wake(), idleMs: 1 })
  housekeeping.deleteBodies([1])
  while (housekeeping.slice());
  db.pragma('wal_checkpoint(truncate)')
  t.equal(statSync(file).size, full, 'free pages wait to be used again')
  // The housekeeper keeps no process alive; this does.
  const alive = setInterval(() => undefined, 1000)
  housekeeping.worked()
  await woken
  clearInterval(alive)
  while (housekeeping.slice());
  t.ok(statSync(file).size < 40_000_000, 'a rest is kept for the next bodies')
  t.equal(statSync(`${file}-wal`).size, 0)
})
