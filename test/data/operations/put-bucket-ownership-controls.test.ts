import t from 'tap'
import putOwnership from '../../../src/data/operations/put-bucket-ownership-controls.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const rule = (ownership: string) => `<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule>`
const document = (content: string) =>
  `<OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</OwnershipControls>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  for (const ownership of ['ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerEnforced'] as const) {
    const answer = await exchange(putOwnership, world, '', { body: document(rule(ownership)) })
    t.strictSame(answer, { status: 200, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.objectOwnership, ownership)
  }
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  for (const content of ['', rule('Nobody'), '<Rule/>', rule('ObjectWriter') + rule('ObjectWriter')]) {
    const refused = await refusedExchange(putOwnership, world, '', { body: document(content) })
    t.match(refused, { code: 'MalformedXML', status: 400 }, content)
  }
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', '{"grants":[]}')
  t.match(await refusedExchange(putOwnership, world, '', { body: document(rule('BucketOwnerEnforced')) }), {
    code: 'InvalidBucketAclWithObjectOwnership',
    status: 400,
  })
})
