import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import putObjectTagging from '../../../src/data/operations/put-object-tagging.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const tagging = (...tags: readonly (readonly [string, string])[]) =>
  `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${tags
    .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    .join('')}</TagSet></Tagging>`
const tagsOf = (world: DataWorld) => world.store.findCurrentVersion(world.bucket.id, 'k')?.details.tags

t.test('does the work: replaces all tags, keeps the rest', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', {
    body: '',
    headers: [
      ['x-amz-tagging', 'old=1'],
      ['x-amz-meta-a', '1'],
    ],
  })
  const { status, headers, body } = await exchange(putObjectTagging, world, 'k', {
    body: tagging(['b', '2'], ['a', '']),
  })
  t.equal(status, 200)
  t.strictSame(headers, {})
  t.equal(body, '')
  t.strictSame(tagsOf(world), [
    ['b', '2'],
    ['a', ''],
  ])
  t.strictSame(world.store.findCurrentVersion(world.bucket.id, 'k')?.details.metadata, { a: '1' })
  for (const none of [tagging(), '<Tagging/>']) {
    await exchange(putObjectTagging, world, 'k', { body: none })
    t.strictSame(tagsOf(world) ?? [], [])
  }
})

t.test('two at once: both go through, the last one counts', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', { body: '' })
  await Promise.all(['1', '2', '3'].map(n => exchange(putObjectTagging, world, 'k', { body: tagging(['n', n]) })))
  t.match(tagsOf(world), [['n', /^[123]$/]])
})

t.test('names the version it changed', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const versionId = (await exchange(putObject, world, 'k', { body: '' })).headers['x-amz-version-id']
  const { headers } = await exchange(putObjectTagging, world, 'k', { body: tagging(['a', '1']) })
  t.strictSame(headers, { 'x-amz-version-id': versionId })
})

t.test('no TagSet means no tags', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', { body: '', headers: [['x-amz-tagging', 'a=1']] })
  t.equal((await exchange(putObjectTagging, world, 'k', { body: '<Tagging/>' })).status, 200)
  t.notOk(tagsOf(world)?.length)
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: '' })
  await exchange(putObject, world, 'gone', { body: '' })
  await exchange(deleteObject, world, 'gone')
  const eleven = Array.from({ length: 11 }, (_, n) => [`k${n}`, ''] as const)
  const cases = [
    ['missing key', 'x', tagging(), 'NoSuchKey', 404, {}],
    ['deleted key', 'gone', tagging(), 'MethodNotAllowed', 405, { ResourceType: 'DeleteMarker' }],
    ['twice', 'k', tagging(['a', '1'], ['a', '2']), 'InvalidTag', 400, { TagKey: 'a' }],
    ['aws:', 'k', tagging(['aws:a', '1']), 'InvalidTag', 400, { TagKey: 'aws:a' }],
    ['eleven', 'k', tagging(...eleven), 'BadRequest', 400, {}],
    ['no value', 'k', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', 'MalformedXML', 400, {}],
    ['no body', 'k', '', 'MissingRequestBodyError', 400, {}],
  ] as const
  for (const [name, key, body, code, status, fields] of cases) {
    t.match(await refusedExchange(putObjectTagging, world, key, { body }), { code, status, fields }, name)
  }
  t.equal(tagsOf(world), undefined)
})
