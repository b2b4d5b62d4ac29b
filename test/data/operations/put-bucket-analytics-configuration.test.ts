import t from 'tap'
import getBucketAnalyticsConfiguration from '../../../src/data/operations/get-bucket-analytics-configuration.ts'
import putBucketAnalyticsConfiguration from '../../../src/data/operations/put-bucket-analytics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (id: string) =>
  `<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>logs/</Prefix></Filter><StorageClassAnalysis><DataExport><OutputSchemaVersion>V_1</OutputSchemaVersion><Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::reports</Bucket></S3BucketDestination></Destination></DataExport></StorageClassAnalysis></AnalyticsConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(putBucketAnalyticsConfiguration, world, '', {
    query: 'analytics&id=a',
    body: document('a'),
  })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  await exchange(putBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a', body: document('a') })
  t.equal((await exchange(getBucketAnalyticsConfiguration, world, '', { query: 'analytics&id=a' })).body, document('a'))
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (id: string, body: string) =>
    refusedExchange(putBucketAnalyticsConfiguration, world, '', { query: `analytics&id=${id}`, body })
  t.match(await refused('other', document('a')), { code: 'MalformedXML', status: 400 })
  for (const body of [
    '<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><StorageClassAnalysis><DataExport/></StorageClassAnalysis></AnalyticsConfiguration>',
    '<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id></AnalyticsConfiguration>',
  ]) {
    t.match(await refused('a', body), { code: 'MalformedXML', status: 400 }, body)
  }
  for (let id = 0; id < 1000; id += 1) void world.store.putBucketConfiguration(world.bucket.id, `analytics/${id}`, '{}')
  await world.store.putBucketConfiguration(world.bucket.id, 'analytics/7', document('7'))
  t.match(await refused('a', document('a')), { code: 'TooManyConfigurations', status: 400 })
})
