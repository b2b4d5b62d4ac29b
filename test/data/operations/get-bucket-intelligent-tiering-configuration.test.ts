import t from 'tap'
import getBucketIntelligentTieringConfiguration from '../../../src/data/operations/get-bucket-intelligent-tiering-configuration.ts'
import putBucketIntelligentTieringConfiguration from '../../../src/data/operations/put-bucket-intelligent-tiering-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>'
  await exchange(putBucketIntelligentTieringConfiguration, world, '', { query: 'intelligent-tiering&id=a', body })
  t.strictSame(
    await exchange(getBucketIntelligentTieringConfiguration, world, '', { query: 'intelligent-tiering&id=a' }),
    {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body,
    },
  )
})

t.test('refuses', async t => {
  const refused = await refusedExchange(getBucketIntelligentTieringConfiguration, await dataWorld(t), '', {
    query: 'intelligent-tiering&id=a',
  })
  t.match(refused, { code: 'NoSuchConfiguration', status: 404, message: 'The specified configuration does not exist.' })
})
