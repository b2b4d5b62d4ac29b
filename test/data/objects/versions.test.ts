import t from 'tap'
import { checkVersionId, newVersionId, shownTime, shownVersionId } from '../../../src/data/objects/versions.ts'
import type { Bucket } from '../../../src/store/rows.ts'
import { dataWorld } from '../../helpers/data-context.ts'
import { objectVersion } from '../../helpers/object-version.ts'

t.test('version ids', async t => {
  const ids = new Set(Array.from({ length: 1000 }, newVersionId))
  t.equal(ids.size, 1000)
  const { bucket, store } = await dataWorld(t, { versioning: 'Suspended' })
  const check = (id: string | undefined, versioning: Bucket['versioning'] = 'Suspended') =>
    checkVersionId({ Key: 'k', VersionId: id }, { bucket: { ...bucket, versioning }, store })
  for (const id of ids) if (!/^[A-Za-z0-9._]{32}$/.test(id) || check(id) !== id) t.fail(id)
  t.equal(check(undefined), undefined)
  const unversioned = { ...bucket, versioning: undefined }
  t.equal(checkVersionId({ Key: 'k', VersionId: 'null' }, { bucket: unversioned, store }), 'null')
  const [id = ''] = ids
  for (const [bad, message] of [
    ['', 'Version id cannot be the empty string'],
    ['NULL', 'Invalid version id specified'],
    [`${'a'.repeat(31)}/`, 'Invalid version id specified'],
    // Recorded: the last characters of an id exchanged.
    [`${id.slice(0, -4)}ABCD`, 'Invalid version id specified'],
    [`${id}a`, 'Invalid version id specified'],
    [id.slice(0, -1), 'Invalid version id specified'],
  ] as const) {
    t.throws(() => check(bad), {
      code: 'InvalidArgument',
      message,
      fields: { ArgumentName: 'versionId', ArgumentValue: bad },
    })
  }
  t.throws(() => checkVersionId({ Key: 'k', VersionId: newVersionId() }, { bucket: unversioned, store }), {
    code: 'InvalidArgument',
  })
})

t.test('an id that is stored was given out, however it was made', async t => {
  const { bucket, store } = await dataWorld(t, { versioning: 'Enabled' })
  const version = { ...objectVersion(), bucketId: bucket.id, versionId: 'v'.repeat(32) }
  const staged = store.bodies.stage({ digests: [] })
  await store.putObject(version, await staged.seal())
  const name = { Key: version.key, VersionId: version.versionId }
  t.equal(checkVersionId(name, { bucket, store }), version.versionId)
  t.throws(() => checkVersionId({ ...name, Key: 'other' }, { bucket, store }), { code: 'InvalidArgument' })
})

t.test('what is shown', async t => {
  t.equal(shownVersionId('null', { versioning: undefined }), undefined)
  t.equal(shownVersionId('null', { versioning: 'Suspended' }), 'null')
  t.equal(shownVersionId('a', { versioning: 'Enabled' }), 'a')
  t.equal(shownTime(1999), 1000)
})
