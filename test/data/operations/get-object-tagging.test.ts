import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObjectTagging from '../../../src/data/operations/get-object-tagging.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

t.test('does the work and writes the wire', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', { body: '', headers: [['x-amz-tagging', 'team=blue&x=%2B']] })
  const { headers, body } = await exchange(getObjectTagging, world, 'k')
  t.strictSame(headers, { 'content-type': 'application/xml' })
  t.equal(
    body,
    `<Tagging ${xmlns}><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag>` +
      '<Tag><Key>x</Key><Value>+</Value></Tag></TagSet></Tagging>',
  )
  await exchange(putObject, world, 'none', { body: '' })
  t.equal((await exchange(getObjectTagging, world, 'none')).body, `<Tagging ${xmlns}><TagSet/></Tagging>`)
})

t.test('of one version', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const first = await exchange(putObject, world, 'k', { body: '', headers: [['x-amz-tagging', 'n=1']] })
  await exchange(putObject, world, 'k', { body: '', headers: [['x-amz-tagging', 'n=2']] })
  const versionId = first.headers['x-amz-version-id'] ?? ''
  const answer = await exchange(getObjectTagging, world, 'k', { query: `versionId=${versionId}` })
  t.match(answer.body, '<Value>1</Value>')
  t.equal(answer.headers['x-amz-version-id'], versionId)
  t.match((await exchange(getObjectTagging, world, 'k')).body, '<Value>2</Value>')
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: '' })
  const marker = (await exchange(deleteObject, world, 'k')).headers['x-amz-version-id']
  const cases = [
    ['missing key', 'x', '', 'NoSuchKey', 404, { Key: 'orders-usw2/x' }],
    ['deleted key', 'k', '', 'MethodNotAllowed', 405, { Method: 'GET', ResourceType: 'DeleteMarker' }],
    ['marker', 'k', `versionId=${marker}`, 'MethodNotAllowed', 405, { Method: 'GET', ResourceType: 'DeleteMarker' }],
    ['version', 'k', `versionId=${unknownVersionId}`, 'NoSuchVersion', 404, {}],
  ] as const
  for (const [name, key, query, code, status, fields] of cases) {
    t.match(await refusedExchange(getObjectTagging, world, key, { query }), { code, status, fields }, name)
  }
})
