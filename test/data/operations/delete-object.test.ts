import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

type Headers = readonly (readonly [string, string])[]
const put = async (world: DataWorld, key: string, body = 'hello', headers: Headers = []) =>
  (await exchange(putObject, world, key, { body, headers })).headers['x-amz-version-id'] ?? ''
const del = (world: DataWorld, key: string, query = '', headers: Headers = []) =>
  exchange(deleteObject, world, key, { query, headers })
const current = (world: DataWorld, key = 'k') => world.store.findCurrentVersion(world.bucket.id, key)

t.test('does the work', async t => {
  t.test('never versioned: the object is gone', async t => {
    const world = await dataWorld(t)
    await put(world, 'k')
    const { status, headers, body } = await del(world, 'k')
    t.equal(status, 204)
    t.strictSame(headers, {})
    t.equal(body, '')
    t.equal(current(world), undefined)
    t.strictSame((await del(world, 'k')).headers, {}, 'what is not there is deleted as well')
    await put(world, 'k')
    t.strictSame((await del(world, 'k', 'versionId=null')).headers, {}, 'no ids where there are none')
    t.equal(current(world), undefined)
  })

  t.test('versioned: a marker, and away with it again', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const version = await put(world, 'k')
    const { headers } = await del(world, 'k')
    const marker = headers['x-amz-version-id'] ?? ''
    t.strictSame(headers, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker })
    t.match(marker, /^[\w.]{32}$/)
    t.ok(current(world)?.isDeleteMarker)
    t.strictSame((await del(world, 'k', `versionId=${marker}`)).headers, headers)
    t.equal(current(world)?.versionId, version)
    t.strictSame((await del(world, 'k', `versionId=${version}`)).headers, { 'x-amz-version-id': version })
    t.equal(current(world), undefined)
    t.strictSame((await del(world, 'k', `versionId=${version}`)).headers, { 'x-amz-version-id': version })
  })

  t.test('suspended: the null version becomes a null marker', async t => {
    const world = await dataWorld(t, { versioning: 'Suspended' })
    await put(world, 'k')
    t.strictSame((await del(world, 'k')).headers, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'null' })
    t.equal(world.store.listVersions({ bucketId: world.bucket.id, prefix: '', limit: 9 }).entries.length, 1)
  })

  t.test('If-Match', async t => {
    const world = await dataWorld(t)
    await put(world, 'k')
    t.equal((await del(world, 'k', '', [['If-Match', '"5d41402abc4b2a76b9719d911017c592"']])).status, 204)
    await put(world, 'k')
    t.equal((await del(world, 'k', '', [['If-Match', '*']])).status, 204)
  })

  t.test('Object Lock holds versions, not keys', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
    const governed = await put(world, 'k', 'hello', [
      ['x-amz-object-lock-mode', 'GOVERNANCE'],
      ['x-amz-object-lock-retain-until-date', '2026-06-01T00:00:00Z'],
    ])
    t.match(await refusedExchange(deleteObject, world, 'k', { query: `versionId=${governed}` }), {
      code: 'AccessDenied',
      status: 403,
      message: 'Access Denied because object protected by object lock.',
    })
    t.equal((await del(world, 'k')).headers['x-amz-delete-marker'], 'true')
    const bypass: Headers = [['x-amz-bypass-governance-retention', 'true']]
    t.equal((await del(world, 'k', `versionId=${governed}`, bypass)).status, 204)

    const compliant = await put(world, 'k', 'hello', [
      ['x-amz-object-lock-mode', 'COMPLIANCE'],
      ['x-amz-object-lock-retain-until-date', '2026-06-01T00:00:00Z'],
    ])
    const query = `versionId=${compliant}`
    t.match(await refusedExchange(deleteObject, world, 'k', { query, headers: bypass }), { code: 'AccessDenied' })
    world.clock.set(Date.UTC(2026, 5, 1, 0, 0, 1))
    t.equal((await del(world, 'k', query)).status, 204)

    const held = await put(world, 'k', 'hello', [['x-amz-object-lock-legal-hold', 'ON']])
    const heldQuery = { query: `versionId=${held}`, headers: bypass }
    t.match(await refusedExchange(deleteObject, world, 'k', heldQuery), { code: 'AccessDenied' })
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  await put(world, 'k')
  const cases = [
    ['other ETag', 'k', { headers: [['If-Match', '"x"']] }, 'PreconditionFailed', 412, { Condition: 'If-Match' }],
    ['ETag of nothing', 'x', { headers: [['If-Match', '"x"']] }, 'NoSuchKey', 404, { Key: 'x' }],
    ['* of nothing', 'x', { headers: [['If-Match', '*']] }, 'PreconditionFailed', 412, { Condition: 'If-Match' }],
    ['version', 'k', { query: 'versionId=x' }, 'InvalidArgument', 400, { ArgumentName: 'versionId' }],
    [
      'bypass without Object Lock',
      'k',
      { headers: [['x-amz-bypass-governance-retention', 'true']] },
      'InvalidArgument',
      400,
      { ArgumentName: 'x-amz-bypass-governance-retention' },
    ],
  ] as const
  for (const [name, key, options, code, status, fields] of cases) {
    t.match(await refusedExchange(deleteObject, world, key, options), { code, status, fields }, name)
  }
  t.ok(current(world), 'nothing was deleted')
})
