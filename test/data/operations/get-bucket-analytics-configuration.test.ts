import t from 'tap'
import getBucketAnalyticsConfiguration from '../../../src/data/operations/get-bucket-analytics-configuration.ts'
import putBucketAnalyticsConfiguration from '../../../src/data/operations/put-bucket-analytics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>logs/</Prefix></Filter><StorageClassAnalysis><DataExport><OutputSchemaVersion>V_1</OutputSchemaVersion><Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::reports</Bucket></S3BucketDestination></Destination></DataExport></StorageClassAnalysis></AnalyticsConfiguration>'
  await exchange(putBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a', body })
  t.strictSame(await exchange(getBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a' }), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body,
  })
})

t.test('refuses', async t => {
  const refused = await refusedExchange(getBucketAnalyticsConfiguration, await dataWorld(t), '', {
    query: 'analytics&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404, message: 'The specified configuration does not exist.' })
})
