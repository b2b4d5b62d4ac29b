import t from 'tap'
import putOwnership from '../../../src/data/operations/put-bucket-ownership-controls.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { dataWorld, exchange, owner, refusedExchange, stranger } from '../../helpers/data-context.ts'

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
  const own = { permission: 'FULL_CONTROL', grantee: { type: 'CanonicalUser', id: canonicalUserId(owner) } }
  const other = { permission: 'READ', grantee: { type: 'CanonicalUser', id: canonicalUserId(stranger) } }
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', JSON.stringify({ grants: [own, other] }))
  t.match(await refusedExchange(putOwnership, world, '', { body: document(rule('BucketOwnerEnforced')) }), {
    code: 'InvalidBucketAclWithObjectOwnership',
    status: 400,
    message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  })
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', JSON.stringify({ grants: [own] }))
  const answer = await exchange(putOwnership, world, '', { body: document(rule('BucketOwnerEnforced')) })
  t.equal(answer.status, 200, 'the owner alone is no grant to others')
})
