import t from 'tap'
import deleteBucketAnalyticsConfiguration from '../../../src/data/operations/delete-bucket-analytics-configuration.ts'
import putBucketAnalyticsConfiguration from '../../../src/data/operations/put-bucket-analytics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>logs/</Prefix></Filter><StorageClassAnalysis><DataExport><OutputSchemaVersion>V_1</OutputSchemaVersion><Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::reports</Bucket></S3BucketDestination></Destination></DataExport></StorageClassAnalysis></AnalyticsConfiguration>'
  await exchange(putBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a', body })
  const answer = await exchange(deleteBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a' })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'analytics/a'), undefined)
})

t.test('refuses', async t => {
  const refused = await refusedExchange(deleteBucketAnalyticsConfiguration, await dataWorld(t), '', {
    query: 'analytics&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404 })
})
