import t from 'tap'
import getBucketLifecycleConfiguration from '../../../src/data/operations/get-bucket-lifecycle-configuration.ts'
import putBucketLifecycleConfiguration from '../../../src/data/operations/put-bucket-lifecycle-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><Expiration><Days>7</Days></Expiration><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status></Rule></LifecycleConfiguration>'
  await exchange(putBucketLifecycleConfiguration, world, '', { body })
  t.strictSame(await exchange(getBucketLifecycleConfiguration, world, ''), {
    status: 200,
    headers: {
      'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K',
      'content-type': 'application/xml',
    },
    body: '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><Expiration><Days>7</Days></Expiration><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status></Rule></LifecycleConfiguration>',
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getBucketLifecycleConfiguration, world, ''), {
    code: 'NoSuchLifecycleConfiguration',
    status: 404,
    message: 'The lifecycle configuration does not exist',
    fields: { BucketName: 'orders-usw2' },
  })
})
