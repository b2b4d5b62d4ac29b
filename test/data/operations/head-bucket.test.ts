import t from 'tap'
import headBucket from '../../../src/data/operations/head-bucket.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  t.strictSame(await exchange(headBucket, world, ''), {
    status: 200,
    headers: {
      'x-amz-bucket-arn': 'arn:aws:s3:::orders-usw2',
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
    body: '',
  })
})
