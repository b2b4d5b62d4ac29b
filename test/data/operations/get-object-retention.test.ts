import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObjectRetention from '../../../src/data/operations/get-object-retention.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

const locked = [
  ['x-amz-object-lock-mode', 'GOVERNANCE'],
  ['x-amz-object-lock-retain-until-date', '2026-06-01T00:00:00Z'],
] as const

t.test('does the work and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', { body: '', headers: locked })
  const expected =
    '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>GOVERNANCE</Mode>' +
    '<RetainUntilDate>2026-06-01T00:00:00.000Z</RetainUntilDate></Retention>'
  t.equal((await exchange(getObjectRetention, world, 'k')).body, expected)
  world.clock.set(Date.UTC(2027, 0, 1))
  t.equal((await exchange(getObjectRetention, world, 'k')).body, expected, 'also when it is over')
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', { body: '' })
  await exchange(putObject, world, 'gone', { body: '' })
  const marker = (await exchange(deleteObject, world, 'gone')).headers['x-amz-version-id']
  const cases = [
    ['never set', 'k', '', 'NoSuchObjectLockConfiguration', 404],
    ['missing key', 'x', '', 'NoSuchKey', 404],
    ['unknown version', 'k', `versionId=${unknownVersionId}`, 'NoSuchVersion', 404],
    ['marker', 'gone', `versionId=${marker}`, 'MethodNotAllowed', 405],
  ] as const
  for (const [name, key, query, code, status] of cases) {
    t.match(await refusedExchange(getObjectRetention, world, key, { query }), { code, status }, name)
  }
  const plain = await dataWorld(t)
  t.match(await refusedExchange(getObjectRetention, plain, 'k'), {
    code: 'InvalidRequest',
    message: 'Bucket is missing Object Lock Configuration',
  })
})
