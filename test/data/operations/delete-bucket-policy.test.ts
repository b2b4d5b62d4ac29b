import t from 'tap'
import deleteBucketPolicy from '../../../src/data/operations/delete-bucket-policy.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work, once and again', async t => {
  const world = await dataWorld(t, { policy: '{"Statement":[]}' })
  for (let time = 0; time < 2; time++) {
    t.strictSame(await exchange(deleteBucketPolicy, world, ''), { status: 204, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.policy, undefined)
  }
})
