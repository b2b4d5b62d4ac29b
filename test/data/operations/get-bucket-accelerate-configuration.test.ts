import t from 'tap'
import getBucketAccelerateConfiguration from '../../../src/data/operations/get-bucket-accelerate-configuration.ts'
import putBucketAccelerateConfiguration from '../../../src/data/operations/put-bucket-accelerate-configuration.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const empty = '<AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
  t.match(await exchange(getBucketAccelerateConfiguration, world, ''), { status: 200, body: empty })
  const body =
    '<AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></AccelerateConfiguration>'
  await exchange(putBucketAccelerateConfiguration, world, '', { body })
  t.match(await exchange(getBucketAccelerateConfiguration, world, ''), { status: 200, body })
})
