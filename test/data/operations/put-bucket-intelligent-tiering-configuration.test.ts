import t from 'tap'
import getBucketIntelligentTieringConfiguration from '../../../src/data/operations/get-bucket-intelligent-tiering-configuration.ts'
import putBucketIntelligentTieringConfiguration from '../../../src/data/operations/put-bucket-intelligent-tiering-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (id: string) =>
  `<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(putBucketIntelligentTieringConfiguration, world, '', {
    query: 'intelligent-tiering&id=a',
    body: document('a'),
  })
  t.strictSame(answer, { status: 204, headers: {}, body: '' })
  await exchange(putBucketIntelligentTieringConfiguration, world, '', {
    query: 'intelligent-tiering&id=a',
    body: document('a'),
  })
  t.equal(
    (await exchange(getBucketIntelligentTieringConfiguration, world, '', { query: 'intelligent-tiering&id=a' })).body,
    document('a'),
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (id: string, body: string) =>
    refusedExchange(putBucketIntelligentTieringConfiguration, world, '', {
      query: `intelligent-tiering&id=${id}`,
      body,
    })
  t.match(await refused('other', document('a')), { code: 'MalformedXML', status: 400 })
  for (const body of [
    '<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Status>Enabled</Status></IntelligentTieringConfiguration>',
    '<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>a</Id><Status>on</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>',
  ]) {
    t.match(await refused('a', body), { code: 'MalformedXML', status: 400 }, body)
  }
  for (let id = 0; id < 1000; id += 1)
    void world.store.putBucketConfiguration(world.bucket.id, `intelligent-tiering/${id}`, '{}')
  await world.store.putBucketConfiguration(world.bucket.id, 'intelligent-tiering/7', document('7'))
  t.match(await refused('a', document('a')), { code: 'TooManyConfigurations', status: 400 })
})
