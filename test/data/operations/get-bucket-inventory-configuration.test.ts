import t from 'tap'
import getBucketInventoryConfiguration from '../../../src/data/operations/get-bucket-inventory-configuration.ts'
import putBucketInventoryConfiguration from '../../../src/data/operations/put-bucket-inventory-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>'
  await exchange(putBucketInventoryConfiguration, world, '', { query: 'inventory&id=a', body })
  t.strictSame(await exchange(getBucketInventoryConfiguration, world, '', { query: 'inventory&id=a' }), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body,
  })
})

t.test('refuses', async t => {
  const refused = await refusedExchange(getBucketInventoryConfiguration, await dataWorld(t), '', {
    query: 'inventory&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404, message: 'The specified configuration does not exist.' })
})
