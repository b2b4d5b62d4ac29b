import t from 'tap'
import listBucketInventoryConfigurations from '../../../src/data/operations/list-bucket-inventory-configurations.ts'
import putBucketInventoryConfiguration from '../../../src/data/operations/put-bucket-inventory-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work: by id, a hundred at a time', async t => {
  const world = await dataWorld(t)
  const page = async (query: string) => {
    const { body } = await exchange(listBucketInventoryConfigurations, world, '', { query })
    const next = /<NextContinuationToken>(.*?)</.exec(body)?.[1]
    return { ids: [...body.matchAll(/<Id>(.*?)</g)].map(([, id]) => id), next, body }
  }
  const ids = Array.from({ length: 102 }, (_, index) => `id-${index + 100}`)
  for (const id of ids.toReversed()) {
    const body = `<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>${id}</Id><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>`
    await exchange(putBucketInventoryConfiguration, world, '', { query: `inventory&id=${id}`, body })
  }
  const first = await page('inventory')
  t.strictSame(first.ids, ids.slice(0, 100))
  t.match(first.body, '<IsTruncated>true</IsTruncated>')
  const second = await page(`inventory&continuation-token=${first.next}`)
  t.strictSame([second.ids, second.next], [ids.slice(100), undefined])
  t.match(second.body, `<ContinuationToken>${first.next}</ContinuationToken>`)
})

t.test('reads and writes the wire', async t => {
  const { body } = await exchange(listBucketInventoryConfigurations, await dataWorld(t), '')
  t.equal(
    body,
    '<ListInventoryConfigurationsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>',
  )
})

t.test('refuses', async t => {
  const query = 'inventory&continuation-token=x'
  t.match(await refusedExchange(listBucketInventoryConfigurations, await dataWorld(t), '', { query }), {
    code: 'InvalidArgument',
  })
})
