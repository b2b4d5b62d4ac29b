import t from 'tap'
import getBucketAcl from '../../../src/data/operations/get-bucket-acl.ts'
import putBucketAcl from '../../../src/data/operations/put-bucket-acl.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { dataWorld, exchange, owner } from '../../helpers/data-context.ts'

const id = canonicalUserId(owner)
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const xml = { 'content-type': 'application/xml' }
const own =
  `<Grant><Grantee ${xsi} xsi:type="CanonicalUser"><ID>${id}</ID></Grantee>` +
  '<Permission>FULL_CONTROL</Permission></Grant>'
const document = (grants: string) =>
  `<AccessControlPolicy ${namespace}><Owner><ID>${id}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  t.strictSame(await exchange(getBucketAcl, world, ''), { status: 200, headers: xml, body: document(own) }, 'private')

  await exchange(putBucketAcl, world, '', { headers: [['x-amz-acl', 'public-read']] })
  const everybody =
    `<Grant><Grantee ${xsi} xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>` +
    '<Permission>READ</Permission></Grant>'
  t.equal((await exchange(getBucketAcl, world, '')).body, document(own + everybody))

  await exchange(putBucketAcl, world, '', { body: document('') })
  t.equal(
    (await exchange(getBucketAcl, world, '')).body,
    document('').replace('<AccessControlList></AccessControlList>', '<AccessControlList/>'),
    'nobody, the owner included',
  )
})

t.test('where ACLs are off: the owner alone, whatever the list says', async t => {
  const world = await dataWorld(t)
  const grants = [{ permission: 'READ', grantee: { type: 'CanonicalUser', id } }]
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', JSON.stringify({ grants }))
  t.equal((await exchange(getBucketAcl, world, '')).body, document(own))
})
