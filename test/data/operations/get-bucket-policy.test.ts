import t from 'tap'
import getBucketPolicy from '../../../src/data/operations/get-bucket-policy.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire: the text as it was sent', async t => {
  const policy = '{ "Version": "2012-10-17",\n "Statement": [] }'
  const world = await dataWorld(t, { policy })
  t.strictSame(await exchange(getBucketPolicy, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: policy,
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getBucketPolicy, world, ''), {
    code: 'NoSuchBucketPolicy',
    status: 404,
    message: 'The bucket policy does not exist',
    fields: { BucketName: 'orders-usw2' },
  })
})
