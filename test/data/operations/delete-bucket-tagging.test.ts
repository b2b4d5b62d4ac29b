import t from 'tap'
import deleteBucketTagging from '../../../src/data/operations/delete-bucket-tagging.ts'
import putBucketTagging from '../../../src/data/operations/put-bucket-tagging.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></TagSet></Tagging>'
  await exchange(putBucketTagging, world, '', { body })
  t.strictSame(await exchange(deleteBucketTagging, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'tagging'), undefined)
  t.equal((await exchange(deleteBucketTagging, world, '')).status, 204, 'nothing there is no error')
})
