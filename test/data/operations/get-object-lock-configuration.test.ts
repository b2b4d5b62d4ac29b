import t from 'tap'
import getObjectLockConfiguration from '../../../src/data/operations/get-object-lock-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  const rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } }
  const stored = JSON.stringify({ ObjectLockEnabled: 'Enabled', Rule: rule })
  await world.store.putBucketConfiguration(world.bucket.id, 'objectLock', stored)
  t.equal(
    (await exchange(getObjectLockConfiguration, world, '')).body,
    '<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled>' +
      '<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getObjectLockConfiguration, world, ''), {
    code: 'ObjectLockConfigurationNotFoundError',
    status: 404,
    message: 'Object Lock configuration does not exist for this bucket',
    fields: { BucketName: 'orders-usw2' },
  })
})
