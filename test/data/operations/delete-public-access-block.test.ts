import t from 'tap'
import deletePublicAccessBlock from '../../../src/data/operations/delete-public-access-block.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work, once and again', async t => {
  const all = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
  const world = await dataWorld(t, { publicAccessBlock: all })
  for (let time = 0; time < 2; time++) {
    t.strictSame(await exchange(deletePublicAccessBlock, world, ''), { status: 204, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.publicAccessBlock, undefined)
  }
})
