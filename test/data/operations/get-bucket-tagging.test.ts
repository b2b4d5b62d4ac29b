import t from 'tap'
import getBucketTagging from '../../../src/data/operations/get-bucket-tagging.ts'
import putBucketTagging from '../../../src/data/operations/put-bucket-tagging.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></TagSet></Tagging>'
  await exchange(putBucketTagging, world, '', { body })
  t.strictSame(await exchange(getBucketTagging, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>',
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getBucketTagging, world, ''), {
    code: 'NoSuchTagSet',
    status: 404,
    message: 'The TagSet does not exist',
    fields: { BucketName: 'orders-usw2' },
  })
})
