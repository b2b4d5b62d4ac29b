import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { mrapStatus } from '../../src/store/mrap-status.ts'
import { openStore } from '../../src/store/open-store.ts'
import { effectiveRoutes } from '../../src/store/routes.ts'
import type { ObjectVersion } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { newVersion, read, seal } from './fixture.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/data-directories', import.meta.url))
const account = '000000000000'

for (const name of readdirSync(fixtures).filter(file => file.endsWith('.gz'))) {
  t.test(`${name} opens, and all of it is there`, async t => {
    const directory = t.testdir()
    writeFileSync(join(directory, 'store.sqlite'), gunzipSync(readFileSync(join(fixtures, name))))
    const store = await openStore({ directory, durability: 'process' })
    t.teardown(() => store.close())
    const { bucketId, versions, one } = reader(store)

    await t.test('buckets', async t => {
      t.match(store.listBuckets(account), [
        { name: 'locked', region: 'us-west-2', versioning: 'Enabled', objectLock: true },
        { name: 'plain', region: 'us-west-2', versioning: undefined, objectOwnership: 'BucketOwnerEnforced' },
        { name: 'suspended', region: 'eu-west-1', versioning: 'Suspended' },
        { name: 'versioned', region: 'us-west-2', versioning: 'Enabled', publicAccessBlock: { blockPublicAcls: true } },
      ])
      t.match(store.findBucket('plain')?.policy, /"Sid":"plain"/)
      const plain = bucketId('plain')
      t.match(store.findBucketConfiguration(plain, 'cors'), /GET/)
      t.match(store.findBucketConfiguration(plain, 'tagging'), /blue/)
      t.match(store.findBucketConfiguration(plain, 'lifecycle'), /tmp\//)
      t.match(store.listBucketConfigurations(plain, 'analytics', '', 10), [/"all"/])
      t.match(store.findBucketConfiguration(bucketId('locked'), 'objectLock'), /GOVERNANCE/)
      t.match(store.findAccountBlock(account), { block: { blockPublicAcls: true, blockPublicPolicy: false } })
    })

    await t.test('objects and their bytes', async t => {
      t.strictSame(
        versions('plain').map(({ key, size }) => [key, size]),
        [
          ['chunked', 700_000],
          ['copy', 700_000],
          ['empty', 0],
          ['folder/é💩', 10],
          ['inline', 1000],
          ['multipart', 5_243_880],
        ],
      )
      for (const bucket of ['plain', 'versioned', 'suspended', 'locked']) {
        for (const version of versions(bucket).filter(({ isDeleteMarker }) => !isDeleteMarker)) {
          const content = version.key === 'copy' ? 'chunked' : version.key
          const expected = version.key === 'multipart' ? twoParts() : Buffer.alloc(version.size, content)
          t.ok((await read(store, version)).equals(expected), `${bucket}/${version.key}`)
        }
      }
      t.match(one('plain', 'inline').details, {
        entityHeaders: { 'content-type': 'text/plain', 'cache-control': 'no-cache' },
        metadata: { team: 'blue' },
        tags: [
          ['state', 'shipped'],
          ['n', '1'],
        ],
        checksum: { algorithm: 'SHA256' },
      })
      t.match(one('plain', 'chunked'), { storageClass: 'STANDARD_IA', details: { checksum: { algorithm: 'CRC32C' } } })
      t.match(one('locked', 'held').details, { legalHold: 'ON', retention: { mode: 'COMPLIANCE' } })
      const { id, partCount, etag, details } = one('plain', 'multipart')
      t.match({ partCount, etag, details }, { partCount: 2, etag: /-2$/, details: { metadata: { parts: 'two' } } })
      t.match(store.listObjectParts(id), [
        { partNumber: 1, offset: 0, size: 5_242_880, checksum: { algorithm: 'CRC32' } },
        { partNumber: 2, offset: 5_242_880, size: 1000 },
      ])
    })

    await t.test('histories of keys', async t => {
      const history = (bucket: string) =>
        versions(bucket).map(({ key, size, isCurrent, isDeleteMarker, versionId }) =>
          [key, size, isCurrent && 'current', isDeleteMarker && 'marker', versionId === 'null' && 'null']
            .filter(Boolean)
            .join(' '),
        )
      t.strictSame(history('versioned'), [
        'back 200 current',
        'back marker',
        'back 100',
        'key current marker',
        'key 70000',
        'key 100',
      ])
      t.strictSame(history('suspended'), [
        'key 300 current null',
        'key 100',
        'marked current marker null',
        'marked 100',
      ])
      const version = await store.putObject(
        newVersion(bucketId('versioned'), 'key', { lastModified: Date.UTC(2100, 0, 1) }),
        await seal(store, Buffer.from('new')),
      )
      t.match(version, { outcome: 'written', versioning: 'Enabled' })
      t.equal(String(await read(store, one('versioned', 'key'))), 'new', 'a write still becomes the newest')
    })

    await t.test('the upload in progress', async t => {
      const { entries } = store.listUploads({ bucketId: bucketId('plain'), prefix: '', limit: 10 })
      const uploads = entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
      t.match(uploads, [{ key: 'unfinished', checksumAlgorithm: 'CRC32', completed: undefined }])
      const [upload] = uploads
      if (!upload) return
      const parts = store.listParts(upload.id, 0, 10)
      t.match(parts, [
        { partNumber: 1, size: 100 },
        { partNumber: 3, size: 300_000 },
      ])
      const list = { numbers: parts.map(part => part.partNumber), etags: parts.map(part => part.etag) }
      const finished = await store.completeUpload(upload.id, newVersion(upload.bucketId, upload.key), list)
      t.match(finished, { outcome: 'written' })
      const bytes = await read(store, one('plain', 'unfinished'))
      t.ok(bytes.equals(Buffer.concat([Buffer.alloc(100, 'unfinished'), Buffer.alloc(300_000, 'unfinished')])))
    })

    await t.test('access points', async t => {
      const creating = store.findMrapByName(account, 'creating', 0)
      const now = (creating?.createdAt ?? 0) + 1000
      t.strictSame(
        store.listMraps(account, now).map(mrap => [mrap.name, mrapStatus(mrap, now), mrap.regions.length]),
        [
          ['ready', 'READY', 2],
          ['creating', 'CREATING', 1],
        ],
      )
      const ready = store.findMrapByName(account, 'ready', now)
      if (!ready) throw new Error('no access point')
      t.strictSame(Object.fromEntries(effectiveRoutes(store.listRouteSettings(ready.id), now)), {
        'us-west-2': 0,
        'eu-west-1': 100,
      })
      t.match(store.listMrapPolicies(ready.id), [{ policy: /"Sid":"ready"/ }])
      t.equal(store.isAliasTaken(ready.alias), true)
      t.equal((await store.deleteBucket(bucketId('suspended'), now)) === 'deleted', false)
      const token = store.findAsyncOperationByClientToken(account, 'CreateMultiRegionAccessPoint', 'token-creating')
      t.match(token, { regions: ['us-west-2'], failure: undefined })
      t.equal(store.listRunningAsyncOperations(account, 'creating', now).length, 1)
      t.match(store.findAsyncOperation(account, token?.token ?? ''), { clientToken: 'token-creating' })
    })
  })
}

function twoParts(): Buffer {
  return Buffer.concat([Buffer.alloc(5_242_880, 'multipart'), Buffer.alloc(1000, 'multipart')])
}

function reader(store: Store) {
  const bucketId = (name: string): number => {
    const bucket = store.findBucket(name)
    if (!bucket) throw new Error(`no bucket ${name}`)
    return bucket.id
  }
  const versions = (bucket: string): ObjectVersion[] =>
    store
      .listVersions({ bucketId: bucketId(bucket), prefix: '', limit: 100 })
      .entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
  const one = (bucket: string, key: string): ObjectVersion => {
    const version = store.findCurrentVersion(bucketId(bucket), key)
    if (!version) throw new Error(`no ${bucket}/${key}`)
    return version
  }
  return { bucketId, versions, one }
}
