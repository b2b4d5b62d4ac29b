import t from 'tap'
import deleteBucketMetricsConfiguration from '../../../src/data/operations/delete-bucket-metrics-configuration.ts'
import putBucketMetricsConfiguration from '../../../src/data/operations/put-bucket-metrics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>logs/</Prefix></Filter></MetricsConfiguration>'
  await exchange(putBucketMetricsConfiguration, world, '', { query: 'metrics&id=a', body })
  const answer = await exchange(deleteBucketMetricsConfiguration, world, '', { query: 'metrics&id=a' })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'metrics/a'), undefined)
})

t.test('refuses', async t => {
  const refused = await refusedExchange(deleteBucketMetricsConfiguration, await dataWorld(t), '', {
    query: 'metrics&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404 })
})
