import t from 'tap'
import abortUpload from '../../../src/data/operations/abort-multipart-upload.ts'
import { dataWorld, refusedExchange } from '../../helpers/data-context.ts'
import { abort, begin, complete, upload } from '../../helpers/multipart.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const uploadId = await begin(world)
  await upload(world, uploadId, 1, 'hello')
  t.strictSame(await abort(world, uploadId), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findUpload(uploadId), undefined)
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (uploadId: string, key = 'big.bin') =>
    refusedExchange(abortUpload, world, key, { query: `uploadId=${uploadId}` })
  const uploadId = await begin(world)
  t.match(await refused('unknown'), { code: 'NoSuchUpload', status: 404, fields: { UploadId: 'unknown' } })
  t.match(await refused(uploadId, 'other.bin'), { code: 'NoSuchUpload' }, 'another key')
  await abort(world, uploadId)
  t.match(await refused(uploadId), { code: 'NoSuchUpload' }, 'aborted')
  const completed = await begin(world)
  await complete(world, completed, [[1, await upload(world, completed, 1, 'hello')]])
  t.match(await refused(completed), { code: 'NoSuchUpload' }, 'completed')
  t.ok(world.store.findCurrentVersion(world.bucket.id, 'big.bin'))
})
