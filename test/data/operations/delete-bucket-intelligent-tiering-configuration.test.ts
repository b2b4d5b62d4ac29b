import t from 'tap'
import deleteBucketIntelligentTieringConfiguration from '../../../src/data/operations/delete-bucket-intelligent-tiering-configuration.ts'
import putBucketIntelligentTieringConfiguration from '../../../src/data/operations/put-bucket-intelligent-tiering-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>'
  await exchange(putBucketIntelligentTieringConfiguration, world, '', { query: 'intelligent-tiering&id=a', body })
  const answer = await exchange(deleteBucketIntelligentTieringConfiguration, world, '', {
    query: 'intelligent-tiering&id=a',
  })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'intelligent-tiering/a'), undefined)
})

t.test('refuses', async t => {
  const refused = await refusedExchange(deleteBucketIntelligentTieringConfiguration, await dataWorld(t), '', {
    query: 'intelligent-tiering&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404 })
})
