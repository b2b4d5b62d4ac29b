import t from 'tap'
import putObject from '../../../src/data/operations/put-object.ts'
import putObjectRetention from '../../../src/data/operations/put-object-retention.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

type Headers = readonly (readonly [string, string])[]
const bypass: Headers = [['x-amz-bypass-governance-retention', 'true']]
const retention = (mode: string, date: string) =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`
const retentionOf = (world: DataWorld) => world.store.findCurrentVersion(world.bucket.id, 'k')?.details.retention
const lockWorld = async (t: Parameters<typeof dataWorld>[0]) => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', { body: '' })
  return world
}
const put = (world: DataWorld, body: string, headers: Headers = []) =>
  exchange(putObjectRetention, world, 'k', { body, headers })

t.test('does the work and reads the wire', async t => {
  const world = await lockWorld(t)
  const { status, body } = await put(world, retention('GOVERNANCE', '2026-06-01T00:00:00Z'))
  t.equal(status, 200)
  t.equal(body, '')
  t.strictSame(retentionOf(world), { mode: 'GOVERNANCE', retainUntil: Date.UTC(2026, 5, 1) })
  await put(world, retention('GOVERNANCE', '2026-07-01T00:00:00.000Z'))
  await put(world, retention('GOVERNANCE', '2026-05-01T00:00:00Z'), bypass)
  t.strictSame(retentionOf(world), { mode: 'GOVERNANCE', retainUntil: Date.UTC(2026, 4, 1) })
  await put(world, '<Retention/>', bypass)
  t.equal(retentionOf(world), undefined)
  await put(world, retention('COMPLIANCE', '2026-05-01T00:00:00Z'))
  await put(world, retention('COMPLIANCE', '2026-06-01T00:00:00Z'))
  t.strictSame(retentionOf(world), { mode: 'COMPLIANCE', retainUntil: Date.UTC(2026, 5, 1) })
  world.clock.set(Date.UTC(2026, 5, 2))
  await put(world, retention('GOVERNANCE', '2026-06-03T00:00:00Z'))
})

t.test('refuses', async t => {
  const world = await lockWorld(t)
  const cases = [
    [
      'past',
      'k',
      retention('GOVERNANCE', '2020-01-01T00:00:00Z'),
      'InvalidArgument',
      400,
      { ArgumentName: 'RetainUntilDate' },
    ],
    ['mode alone', 'k', '<Retention><Mode>GOVERNANCE</Mode></Retention>', 'MalformedXML', 400, {}],
    [
      'date alone',
      'k',
      '<Retention><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>',
      'MalformedXML',
      400,
      {},
    ],
    ['unknown mode', 'k', retention('STRICT', '2030-01-01T00:00:00Z'), 'MalformedXML', 400, {}],
    ['no date', 'k', retention('GOVERNANCE', 'soon'), 'MalformedXML', 400, {}],
    ['no body', 'k', '', 'MalformedXML', 400, {}],
    ['missing key', 'x', retention('GOVERNANCE', '2030-01-01T00:00:00Z'), 'NoSuchKey', 404, {}],
  ] as const
  for (const [name, key, body, code, status, fields] of cases) {
    t.match(await refusedExchange(putObjectRetention, world, key, { body }), { code, status, fields }, name)
  }
  await put(world, retention('COMPLIANCE', '2030-01-01T00:00:00Z'))
  for (const body of [retention('COMPLIANCE', '2029-01-01T00:00:00Z'), '<Retention/>']) {
    t.match(await refusedExchange(putObjectRetention, world, 'k', { body, headers: bypass }), {
      code: 'AccessDenied',
      status: 403,
      message: 'Access Denied because object protected by object lock.',
    })
  }
  const plain = await dataWorld(t)
  await exchange(putObject, plain, 'k', { body: '' })
  const body = retention('GOVERNANCE', '2030-01-01T00:00:00Z')
  t.match(await refusedExchange(putObjectRetention, plain, 'k', { body }), {
    code: 'InvalidRequest',
    message: 'Bucket is missing Object Lock Configuration',
  })
})
