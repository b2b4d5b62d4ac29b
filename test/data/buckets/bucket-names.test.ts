import t from 'tap'
import { checkBucketName } from '../../../src/data/buckets/bucket-names.ts'

t.test('names that S3 takes', async t => {
  for (const name of ['abc', 'a'.repeat(63), 'orders-usw2', 'my.bucket.1', '1-2-3', 'a.mrap1']) {
    t.doesNotThrow(() => checkBucketName(name), name)
  }
})

t.test('names that it refuses', async t => {
  const bad = [
    'ab',
    'a'.repeat(64),
    'Orders',
    'orders_usw2',
    '-orders',
    'orders-',
    '.orders',
    'orders.',
    'my..bucket',
    'my.-bucket',
    'my-.bucket',
    '192.168.5.4',
    'xn--orders',
    'sthree-orders',
    'amzn-s3-demo-bucket',
    'orders-s3alias',
    'orders--ol-s3',
    'orders--x-s3',
    'orders--table-s3',
    'orders.mrap',
    'orders\n',
  ]
  for (const name of bad) {
    t.throws(
      () => checkBucketName(name),
      { code: 'InvalidBucketName', status: 400, fields: { BucketName: name } },
      name,
    )
  }
})
