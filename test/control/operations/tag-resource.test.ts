import t from 'tap'
import tagResource from '../../../src/control/operations/tag-resource.ts'
import { bucketArn, resourceRefusals, storedTags, taggedWorld } from '../bucket-tags.ts'
import { call, refusal } from '../world.ts'

const tag = (Key: string, Value: string) => ({ Key, Value })

t.test('does the work: adds, and changes what is there', async t => {
  const world = await taggedWorld(t, ['a', '1'], ['b', '2'])
  await call(tagResource, { ResourceArn: bucketArn, Tags: [tag('c', '3'), tag('a', '9')] }, world.context())
  t.strictSame(storedTags(world), [tag('a', '9'), tag('b', '2'), tag('c', '3')])
})

t.test('reads and writes the wire', async t => {
  t.match(tagResource, { http: 'POST /v20180820/tags/{ResourceArn+}', status: 204 })
  t.equal(tagResource.input.xmlName, 'TagResourceRequest')
})

t.test('refuses', async t => {
  const world = await taggedWorld(t)
  for (const [ResourceArn, expected] of resourceRefusals) {
    t.match(await refusal(tagResource, { ResourceArn, Tags: [] }, world.context()), expected, ResourceArn)
  }
  const invalid = /^This request contains a tag key or value that isn't valid\./
  const cases = [
    ['aws:', [tag('aws:test', '1')], /^User-defined tag keys can't start with "aws:"\./],
    ['twice', [tag('k', '1'), tag('k', '1')], /^There are duplicate tag keys in your request\./],
    ['a value', [tag('test', 'value1,value2')], invalid],
    ['a key', [tag('test,test2', '1')], invalid],
    ['no key', [tag('', '1')], invalid],
    ['a long key', [tag('k'.repeat(129), '1')], invalid],
    ['too many', Array.from({ length: 51 }, (_, n) => tag(`k${n}`, '')), /50/],
  ] as const
  for (const [name, Tags, message] of cases) {
    const refused = await refusal(tagResource, { ResourceArn: bucketArn, Tags: [...Tags] }, world.context())
    t.match(refused, { code: 'InvalidTag', status: 400, message }, name)
  }
  t.equal(storedTags(world), undefined)
})
