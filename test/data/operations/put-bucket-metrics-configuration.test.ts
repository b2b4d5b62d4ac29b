import t from 'tap'
import getBucketMetricsConfiguration from '../../../src/data/operations/get-bucket-metrics-configuration.ts'
import putBucketMetricsConfiguration from '../../../src/data/operations/put-bucket-metrics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (id: string) =>
  `<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>logs/</Prefix></Filter></MetricsConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(putBucketMetricsConfiguration, world, '', {
    query: 'metrics&id=a',
    body: document('a'),
  })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  await exchange(putBucketMetricsConfiguration, world, '', { query: 'metrics&id=a', body: document('a') })
  t.equal((await exchange(getBucketMetricsConfiguration, world, '', { query: 'metrics&id=a' })).body, document('a'))
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (id: string, body: string) =>
    refusedExchange(putBucketMetricsConfiguration, world, '', { query: `metrics&id=${id}`, body })
  t.match(await refused('other', document('a')), { code: 'MalformedXML', status: 400 })
  for (const body of [
    '<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Tag><Key>a</Key></Tag></Filter></MetricsConfiguration>',
  ]) {
    t.match(await refused('a', body), { code: 'MalformedXML', status: 400 }, body)
  }
  for (let id = 0; id < 1000; id += 1) void world.store.putBucketConfiguration(world.bucket.id, `metrics/${id}`, '{}')
  await world.store.putBucketConfiguration(world.bucket.id, 'metrics/7', document('7'))
  t.match(await refused('a', document('a')), { code: 'TooManyConfigurations', status: 400 })
})
