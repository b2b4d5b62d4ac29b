import t from 'tap'
import deleteObjectTagging from '../../../src/data/operations/delete-object-tagging.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

t.test('does the work and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const { headers } = await exchange(putObject, world, 'k', {
    body: '',
    headers: [
      ['x-amz-tagging', 'a=1'],
      ['x-amz-meta-m', '1'],
    ],
  })
  const answer = await exchange(deleteObjectTagging, world, 'k')
  t.equal(answer.status, 204)
  t.equal(answer.body, '')
  t.strictSame(answer.headers, { 'x-amz-version-id': headers['x-amz-version-id'] })
  const details = world.store.findCurrentVersion(world.bucket.id, 'k')?.details
  t.equal(details?.tags, undefined)
  t.strictSame(details?.metadata, { m: '1' })
  t.equal((await exchange(deleteObjectTagging, world, 'k')).status, 204, 'and again')
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: '' })
  const cases = [
    ['missing key', 'x', '', 'NoSuchKey', 404],
    ['unknown version', 'k', `versionId=${unknownVersionId}`, 'NoSuchVersion', 404],
    ['malformed version', 'k', 'versionId=a', 'InvalidArgument', 400],
  ] as const
  for (const [name, key, query, code, status] of cases) {
    t.match(await refusedExchange(deleteObjectTagging, world, key, { query }), { code, status }, name)
  }
})
