import t from 'tap'
import listBucketIntelligentTieringConfigurations from '../../../src/data/operations/list-bucket-intelligent-tiering-configurations.ts'
import putBucketIntelligentTieringConfiguration from '../../../src/data/operations/put-bucket-intelligent-tiering-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work: by id, a hundred at a time', async t => {
  const world = await dataWorld(t)
  const page = async (query: string) => {
    const { body } = await exchange(listBucketIntelligentTieringConfigurations, world, '', { query })
    const next = /<NextContinuationToken>(.*?)</.exec(body)?.[1]
    return { ids: [...body.matchAll(/<Id>(.*?)</g)].map(([, id]) => id), next, body }
  }
  const ids = Array.from({ length: 102 }, (_, index) => `id-${index + 100}`)
  for (const id of ids.toReversed()) {
    const body = `<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>`
    await exchange(putBucketIntelligentTieringConfiguration, world, '', { query: `intelligent-tiering&id=${id}`, body })
  }
  const first = await page('intelligent-tiering')
  t.strictSame(first.ids, ids.slice(0, 100))
  t.match(first.body, '<IsTruncated>true</IsTruncated>')
  const second = await page(`intelligent-tiering&continuation-token=${first.next}`)
  t.strictSame([second.ids, second.next], [ids.slice(100), undefined])
  t.match(second.body, `<ContinuationToken>${first.next}</ContinuationToken>`)
})

t.test('reads and writes the wire', async t => {
  const { body } = await exchange(listBucketIntelligentTieringConfigurations, await dataWorld(t), '')
  t.equal(
    body,
    '<ListBucketIntelligentTieringConfigurationsOutput xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListBucketIntelligentTieringConfigurationsOutput>',
  )
})

t.test('refuses', async t => {
  const query = 'intelligent-tiering&continuation-token=x'
  t.match(await refusedExchange(listBucketIntelligentTieringConfigurations, await dataWorld(t), '', { query }), {
    code: 'InvalidArgument',
  })
})
