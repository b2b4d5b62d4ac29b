import t from 'tap'
import putBucketAccelerateConfiguration from '../../../src/data/operations/put-bucket-accelerate-configuration.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (status: string) =>
  `<AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></AccelerateConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(putBucketAccelerateConfiguration, world, '', { body: document('Suspended') })
  t.strictSame(answer, { status: 200, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'accelerate'), '{"Status":"Suspended"}')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  for (const status of ['enabled', 'random', '']) {
    const refused = await refusedExchange(putBucketAccelerateConfiguration, world, '', { body: document(status) })
    t.match(refused, { code: 'MalformedXML', status: 400 }, status)
  }
  const bucket = await world.addBucket({ name: 'with.dots' })
  t.match(await refusedExchange(putBucketAccelerateConfiguration, world, '', { body: document('random'), bucket }), {
    code: 'InvalidRequest',
    message: 'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
  })
})
