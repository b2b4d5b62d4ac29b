import t from 'tap'
import deleteOwnership from '../../../src/data/operations/delete-bucket-ownership-controls.ts'
import { call, dataWorld, exchange, refusal } from '../../helpers/data-context.ts'

t.test('does the work, once and again', async t => {
  const world = await dataWorld(t)
  for (let time = 0; time < 2; time++) {
    t.strictSame(await exchange(deleteOwnership, world, ''), { status: 204, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.objectOwnership, undefined)
  }
})

t.test('refuses when the bucket is gone meanwhile', async t => {
  const world = await dataWorld(t)
  const context = world.context()
  await world.store.deleteBucket(world.bucket.id, world.clock.now())
  t.match(await refusal(deleteOwnership, { Bucket: 'orders-usw2' }, context), { code: 'NoSuchBucket', status: 404 })
  await t.resolves(async () => call(deleteOwnership, { Bucket: 'b' }, (await dataWorld(t)).context()))
})
