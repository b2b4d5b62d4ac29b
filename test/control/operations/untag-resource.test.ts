import t from 'tap'
import { errors } from '../../../src/control/errors.ts'
import untagResource from '../../../src/control/operations/untag-resource.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { decodeInput } from '../../../src/protocol/xml/decode.ts'
import { bucketArn, resourceRefusals, storedTags, taggedWorld } from '../bucket-tags.ts'
import { call, refusal } from '../world.ts'

t.test('does the work', async t => {
  const world = await taggedWorld(t, ['a', '1'], ['b', '2'])
  await call(untagResource, { ResourceArn: bucketArn, TagKeys: ['a', 'x'] }, world.context())
  t.strictSame(storedTags(world), [{ Key: 'b', Value: '2' }])
  await call(untagResource, { ResourceArn: bucketArn, TagKeys: ['b'] }, world.context())
  t.equal(storedTags(world), undefined)
  await call(untagResource, { ResourceArn: bucketArn, TagKeys: ['b'] }, world.context())
})

t.test('reads and writes the wire', async t => {
  const parts = { labels: { ResourceArn: bucketArn }, headers: readHeaders([]), body: undefined }
  const read = (query: string) => decodeInput(untagResource.input, { ...parts, query: readQuery(query) }, errors)
  t.strictSame((await read('tagKeys=a%2Cb&tagKeys=c')).TagKeys, ['a,b', 'c'])
  await t.rejects(read(''), { code: 'InvalidRequest' })
})

t.test('refuses', async t => {
  const world = await taggedWorld(t)
  for (const [ResourceArn, expected] of resourceRefusals) {
    t.match(await refusal(untagResource, { ResourceArn, TagKeys: ['a'] }, world.context()), expected, ResourceArn)
  }
})
