import t from 'tap'
import deleteBucketInventoryConfiguration from '../../../src/data/operations/delete-bucket-inventory-configuration.ts'
import putBucketInventoryConfiguration from '../../../src/data/operations/put-bucket-inventory-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>'
  await exchange(putBucketInventoryConfiguration, world, '', { query: 'inventory&id=a', body })
  const answer = await exchange(deleteBucketInventoryConfiguration, world, '', { query: 'inventory&id=a' })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'inventory/a'), undefined)
})

t.test('refuses', async t => {
  const refused = await refusedExchange(deleteBucketInventoryConfiguration, await dataWorld(t), '', {
    query: 'inventory&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404 })
})
