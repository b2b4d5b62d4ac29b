import t from 'tap'
import getBucketMetricsConfiguration from '../../../src/data/operations/get-bucket-metrics-configuration.ts'
import putBucketMetricsConfiguration from '../../../src/data/operations/put-bucket-metrics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>logs/</Prefix></Filter></MetricsConfiguration>'
  await exchange(putBucketMetricsConfiguration, world, '', { query: 'metrics&id=a', body })
  t.strictSame(await exchange(getBucketMetricsConfiguration, world, '', { query: 'metrics&id=a' }), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body,
  })
})

t.test('refuses', async t => {
  const refused = await refusedExchange(getBucketMetricsConfiguration, await dataWorld(t), '', {
    query: 'metrics&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404, message: 'The specified configuration does not exist.' })
})
