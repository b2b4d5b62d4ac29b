import t from 'tap'
import deleteBucketLifecycle from '../../../src/data/operations/delete-bucket-lifecycle.ts'
import putBucketLifecycleConfiguration from '../../../src/data/operations/put-bucket-lifecycle-configuration.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><Expiration><Days>7</Days></Expiration><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status></Rule></LifecycleConfiguration>'
  await exchange(putBucketLifecycleConfiguration, world, '', { body })
  t.strictSame(await exchange(deleteBucketLifecycle, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'lifecycle'), undefined)
  t.equal((await exchange(deleteBucketLifecycle, world, '')).status, 204, 'nothing there is no error')
})
