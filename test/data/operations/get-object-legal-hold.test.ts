import t from 'tap'
import getObjectLegalHold from '../../../src/data/operations/get-object-legal-hold.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

t.test('does the work and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  for (const status of ['ON', 'OFF']) {
    await exchange(putObject, world, 'k', { body: '', headers: [['x-amz-object-lock-legal-hold', status]] })
    t.equal(
      (await exchange(getObjectLegalHold, world, 'k')).body,
      `<LegalHold xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></LegalHold>`,
    )
  }
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', { body: '' })
  const cases = [
    ['never set', 'k', '', 'NoSuchObjectLockConfiguration', 404],
    ['missing key', 'x', '', 'NoSuchKey', 404],
    ['unknown version', 'k', `versionId=${unknownVersionId}`, 'NoSuchVersion', 404],
  ] as const
  for (const [name, key, query, code, status] of cases) {
    t.match(await refusedExchange(getObjectLegalHold, world, key, { query }), { code, status }, name)
  }
  const plain = await dataWorld(t)
  t.match(await refusedExchange(getObjectLegalHold, plain, 'k'), {
    code: 'InvalidRequest',
    message: 'Bucket is missing Object Lock Configuration',
  })
})
