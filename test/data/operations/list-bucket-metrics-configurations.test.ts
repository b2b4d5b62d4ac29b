import t from 'tap'
import listBucketMetricsConfigurations from '../../../src/data/operations/list-bucket-metrics-configurations.ts'
import putBucketMetricsConfiguration from '../../../src/data/operations/put-bucket-metrics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work: by id, a hundred at a time', async t => {
  const world = await dataWorld(t)
  const page = async (query: string) => {
    const { body } = await exchange(listBucketMetricsConfigurations, world, '', { query })
    const next = /<NextContinuationToken>(.*?)</.exec(body)?.[1]
    return { ids: [...body.matchAll(/<Id>(.*?)</g)].map(([, id]) => id), next, body }
  }
  const ids = Array.from({ length: 102 }, (_, index) => `id-${index + 100}`)
  for (const id of ids.toReversed()) {
    const body = `<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>logs/</Prefix></Filter></MetricsConfiguration>`
    await exchange(putBucketMetricsConfiguration, world, '', { query: `metrics&id=${id}`, body })
  }
  const first = await page('metrics')
  t.strictSame(first.ids, ids.slice(0, 100))
  t.match(first.body, '<IsTruncated>true</IsTruncated>')
  const second = await page(`metrics&continuation-token=${first.next}`)
  t.strictSame([second.ids, second.next], [ids.slice(100), undefined])
  t.match(second.body, `<ContinuationToken>${first.next}</ContinuationToken>`)
})

t.test('reads and writes the wire', async t => {
  const { body } = await exchange(listBucketMetricsConfigurations, await dataWorld(t), '')
  t.equal(
    body,
    '<ListMetricsConfigurationsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListMetricsConfigurationsResult>',
  )
})

t.test('refuses', async t => {
  const query = 'metrics&continuation-token=x'
  t.match(await refusedExchange(listBucketMetricsConfigurations, await dataWorld(t), '', { query }), {
    code: 'InvalidArgument',
  })
})
