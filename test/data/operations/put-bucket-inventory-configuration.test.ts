import t from 'tap'
import getBucketInventoryConfiguration from '../../../src/data/operations/get-bucket-inventory-configuration.ts'
import putBucketInventoryConfiguration from '../../../src/data/operations/put-bucket-inventory-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (id: string) =>
  `<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>${id}</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(putBucketInventoryConfiguration, world, '', {
    query: 'inventory&id=a',
    body: document('a'),
  })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  await exchange(putBucketInventoryConfiguration, world, '', { query: 'inventory&id=a', body: document('a') })
  t.equal((await exchange(getBucketInventoryConfiguration, world, '', { query: 'inventory&id=a' })).body, document('a'))
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (id: string, body: string) =>
    refusedExchange(putBucketInventoryConfiguration, world, '', { query: `inventory&id=${id}`, body })
  t.match(await refused('other', document('a')), { code: 'IdMismatch', status: 400 })
  for (const body of [
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>XLS</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>',
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Hourly</Frequency></Schedule></InventoryConfiguration>',
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>Wrong</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>',
    '<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>a</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>TestField</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>',
  ]) {
    t.match(await refused('a', body), { code: 'MalformedXML', status: 400 }, body)
  }
  t.match(await refused('a', document('a').replace('arn:aws:s3:::', '')), {
    code: 'InvalidS3DestinationBucket',
    message: 'Invalid bucket ARN.',
  })
  for (let id = 0; id < 1000; id += 1) void world.store.putBucketConfiguration(world.bucket.id, `inventory/${id}`, '{}')
  await world.store.putBucketConfiguration(world.bucket.id, 'inventory/7', document('7'))
  t.match(await refused('a', document('a')), { code: 'TooManyConfigurations', status: 400 })
})
