import t from 'tap'
import { checkVersionId, newVersionId, shownTime, shownVersionId } from '../../src/data/versions.ts'
import { dataWorld } from '../helpers/data-context.ts'

t.test('version ids', async t => {
  const ids = new Set(Array.from({ length: 1000 }, newVersionId))
  t.equal(ids.size, 1000)
  const { bucket } = await dataWorld(t, { versioning: 'Suspended' })
  for (const id of ids) if (!/^[A-Za-z0-9._]{32}$/.test(id) || checkVersionId(id, bucket) !== id) t.fail(id)
  t.equal(checkVersionId(undefined, bucket), undefined)
  t.equal(checkVersionId('null', { ...bucket, versioning: undefined }), 'null')
  for (const [id, message] of [
    ['', 'Version id cannot be the empty string'],
    ['NULL', 'Invalid version id specified'],
    [`${'a'.repeat(31)}/`, 'Invalid version id specified'],
  ] as const) {
    t.throws(() => checkVersionId(id, bucket), {
      code: 'InvalidArgument',
      message,
      fields: { ArgumentName: 'versionId', ArgumentValue: id },
    })
  }
  t.throws(() => checkVersionId(newVersionId(), { ...bucket, versioning: undefined }), { code: 'InvalidArgument' })
})

t.test('what is shown', async t => {
  t.equal(shownVersionId('null', { versioning: undefined }), undefined)
  t.equal(shownVersionId('null', { versioning: 'Suspended' }), 'null')
  t.equal(shownVersionId('a', { versioning: 'Enabled' }), 'a')
  t.equal(shownTime(1999), 1000)
})
