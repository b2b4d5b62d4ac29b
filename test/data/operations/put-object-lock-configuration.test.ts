import t from 'tap'
import putObject from '../../../src/data/operations/put-object.ts'
import putObjectLockConfiguration from '../../../src/data/operations/put-object-lock-configuration.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ObjectLockConfiguration>`
const enabled = '<ObjectLockEnabled>Enabled</ObjectLockEnabled>'
const rule = (retention: string) => `${enabled}<Rule><DefaultRetention>${retention}</DefaultRetention></Rule>`
const put = (world: DataWorld, content: string) =>
  exchange(putObjectLockConfiguration, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  t.strictSame(await put(world, enabled), { status: 200, headers: {}, body: '' })
  t.equal(world.store.findBucket('orders-usw2')?.objectLock, true)

  await put(world, rule('<Mode>COMPLIANCE</Mode><Years>1</Years>'))
  await exchange(putObject, world, 'k', { body: 'hello', headers: [['x-amz-checksum-crc32', 'NhCmhg==']] })
  t.strictSame(world.store.findCurrentVersion(world.bucket.id, 'k')?.details.retention, {
    mode: 'COMPLIANCE',
    retainUntil: Date.UTC(2027, 0, 1),
  })

  await put(world, enabled)
  await exchange(putObject, world, 'free', { body: 'hello' })
  t.equal(world.store.findCurrentVersion(world.bucket.id, 'free')?.details.retention, undefined)
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const malformed = [
    '',
    '<ObjectLockEnabled>Disabled</ObjectLockEnabled>',
    `${enabled}<Rule/>`,
    rule('<Mode>GOVERNANCE</Mode>'),
    rule('<Days>1</Days>'),
    rule('<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>'),
    rule('<Mode>NONE</Mode><Days>1</Days>'),
  ]
  for (const content of malformed) {
    const refused = await refusedExchange(putObjectLockConfiguration, world, '', { body: document(content) })
    t.match(refused, { code: 'MalformedXML', status: 400 }, content)
  }
  for (const period of ['<Days>0</Days>', '<Days>36501</Days>', '<Years>101</Years>']) {
    const body = document(rule(`<Mode>GOVERNANCE</Mode>${period}`))
    t.match(
      await refusedExchange(putObjectLockConfiguration, world, '', { body }),
      { code: 'InvalidRetentionPeriod', status: 400 },
      period,
    )
  }
  t.equal(world.store.findBucket('orders-usw2')?.objectLock, false)

  for (const versioning of [undefined, 'Suspended'] as const) {
    const other = await dataWorld(t, { versioning })
    t.match(await refusedExchange(putObjectLockConfiguration, other, '', { body: document(enabled) }), {
      code: 'InvalidBucketState',
      status: 409,
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    })
  }
})
