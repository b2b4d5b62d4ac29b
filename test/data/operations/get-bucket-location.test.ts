import t from 'tap'
import getBucketLocation from '../../../src/data/operations/get-bucket-location.ts'
import { dataWorld } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  for (const [region, content] of [
    ['us-west-2', '>us-west-2</LocationConstraint>'],
    ['us-east-1', '/>'],
  ] as const) {
    const world = await dataWorld(t, { region })
    t.strictSame(await getBucketLocation.handle({ Bucket: 'orders-usw2' }, world.context()), {
      status: 200,
      headers: [['Content-Type', 'application/xml']],
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"${content}`,
    })
  }
})

t.test('EU is shown as it was asked for', async t => {
  const world = await dataWorld(t, { region: 'eu-west-1' })
  await world.store.putBucketConfiguration(world.bucket.id, 'location', 'EU')
  const { body } = (await getBucketLocation.handle({ Bucket: 'orders-usw2' }, world.context())) as { body: string }
  t.match(body, /">EU<\/LocationConstraint>$/)
})
