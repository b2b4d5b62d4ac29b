import t from 'tap'
import listTags from '../../../src/control/operations/list-tags-for-resource.ts'
import { bucketArn, resourceRefusals, taggedWorld } from '../bucket-tags.ts'
import { exchange } from '../wire.ts'
import { call, refusal } from '../world.ts'

t.test('does the work', async t => {
  const world = await taggedWorld(t, ['b', '1'], ['a', '2'])
  const { Tags } = await call(listTags, { ResourceArn: bucketArn }, world.context())
  t.strictSame(Tags, [
    { Key: 'b', Value: '1' },
    { Key: 'a', Value: '2' },
  ])
})

t.test('reads and writes the wire', async t => {
  const labels = { ResourceArn: bucketArn }
  t.equal(
    await exchange(listTags, { labels }, (await taggedWorld(t)).context()),
    '<ListTagsForResourceResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Tags/></ListTagsForResourceResult>',
  )
  t.match(
    await exchange(listTags, { labels }, (await taggedWorld(t, ['a', '1'])).context()),
    '<Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags>',
  )
})

t.test('refuses', async t => {
  const world = await taggedWorld(t)
  for (const [ResourceArn, expected] of resourceRefusals) {
    t.match(await refusal(listTags, { ResourceArn }, world.context()), expected, ResourceArn)
  }
})
