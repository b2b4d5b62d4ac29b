import t from 'tap'
import listBucketAnalyticsConfigurations from '../../../src/data/operations/list-bucket-analytics-configurations.ts'
import putBucketAnalyticsConfiguration from '../../../src/data/operations/put-bucket-analytics-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work: by id, a hundred at a time', async t => {
  const world = await dataWorld(t)
  const page = async (query: string) => {
    const { body } = await exchange(listBucketAnalyticsConfigurations, world, '', { query })
    const next = /<NextContinuationToken>(.*?)</.exec(body)?.[1]
    return { ids: [...body.matchAll(/<Id>(.*?)</g)].map(([, id]) => id), next, body }
  }
  const ids = Array.from({ length: 102 }, (_, index) => `id-${index + 100}`)
  for (const id of ids.toReversed()) {
    const body = `<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>logs/</Prefix></Filter><StorageClassAnalysis><DataExport><OutputSchemaVersion>V_1</OutputSchemaVersion><Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::reports</Bucket></S3BucketDestination></Destination></DataExport></StorageClassAnalysis></AnalyticsConfiguration>`
    await exchange(putBucketAnalyticsConfiguration, world, '', { query: `analytics&id=${id}`, body })
  }
  const first = await page('analytics')
  t.strictSame(first.ids, ids.slice(0, 100))
  t.match(first.body, '<IsTruncated>true</IsTruncated>')
  const second = await page(`analytics&continuation-token=${first.next}`)
  t.strictSame([second.ids, second.next], [ids.slice(100), undefined])
  t.match(second.body, `<ContinuationToken>${first.next}</ContinuationToken>`)
})

t.test('reads and writes the wire', async t => {
  const { body } = await exchange(listBucketAnalyticsConfigurations, await dataWorld(t), '')
  t.equal(
    body,
    '<ListBucketAnalyticsConfigurationResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListBucketAnalyticsConfigurationResult>',
  )
})

t.test('refuses', async t => {
  const query = 'analytics&continuation-token=x'
  t.match(await refusedExchange(listBucketAnalyticsConfigurations, await dataWorld(t), '', { query }), {
    code: 'InvalidArgument',
  })
})
