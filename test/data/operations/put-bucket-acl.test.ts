import t from 'tap'
import putBucketAcl from '../../../src/data/operations/put-bucket-acl.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import {
  type DataWorld,
  dataWorld,
  everythingBlocked,
  exchange,
  owner,
  refusedExchange,
  stranger,
} from '../../helpers/data-context.ts'

const ownerId = canonicalUserId(owner)
const otherId = canonicalUserId(stranger)
const all = 'http://acs.amazonaws.com/groups/global/AllUsers'
const logs = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
const grant = (type: string, content: string, permission = 'WRITE') =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${content}</Grantee>` +
  `<Permission>${permission}</Permission></Grant>`
const document = (grants: string, id = ownerId) =>
  `<AccessControlPolicy><Owner><ID>${id}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`
const aclOf = ({ store, bucket }: DataWorld): unknown =>
  JSON.parse(store.findBucketConfiguration(bucket.id, 'acl') ?? '0')
const user = (id: string, permission: string) => ({ permission, grantee: { type: 'CanonicalUser', id } })
const group = (uri: string, permission: string) => ({ permission, grantee: { type: 'Group', uri } })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  const canned = await exchange(putBucketAcl, world, '', { headers: [['x-amz-acl', 'public-read-write']] })
  t.strictSame(canned, { status: 200, headers: {}, body: '' })
  const own = user(ownerId, 'FULL_CONTROL')
  t.strictSame(aclOf(world), { grants: [own, group(all, 'READ'), group(all, 'WRITE')] })

  const headers = [
    ['x-amz-grant-write', `id="${otherId}"`],
    ['x-amz-grant-read-acp', `uri="${logs}"`],
  ] as const
  await exchange(putBucketAcl, world, '', { headers })
  t.strictSame(aclOf(world), { grants: [user(otherId, 'WRITE'), group(logs, 'READ_ACP')] })

  await exchange(putBucketAcl, world, '', { body: document(grant('CanonicalUser', `<ID>${otherId}</ID>`)) })
  t.strictSame(aclOf(world), { grants: [user(otherId, 'WRITE')] })

  await exchange(putBucketAcl, world, '', { headers: [['x-amz-acl', 'private']] })
  t.equal(aclOf(world), 0, 'private is what a bucket has anyway')
})

t.test('ACLs off: full control of the owner is taken and changes nothing', async t => {
  const world = await dataWorld(t)
  const list = '{"grants":[]}'
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', list)
  const answer = await exchange(putBucketAcl, world, '', { headers: [['x-amz-acl', 'bucket-owner-full-control']] })
  t.equal(answer.status, 200)
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'acl'), list)
  for (const acl of ['private', 'public-read']) {
    t.match(await refusedExchange(putBucketAcl, world, '', { headers: [['x-amz-acl', acl]] }), {
      code: 'AccessControlListNotSupported',
      status: 400,
      message: 'The bucket does not allow ACLs',
    })
  }
})

t.test('refuses, on buckets with and without ACLs', async t => {
  const canned = [['x-amz-acl', 'private']] as const
  const write = (grantee: string) => [['x-amz-grant-write', grantee]] as const
  const malformed = 'The XML you provided was not well-formed or did not validate against our published schema'
  // Recorded, each with all of its members.
  const cases = [
    [
      'nothing',
      {},
      'MissingSecurityHeader',
      'Your request was missing a required header',
      { MissingHeaderName: 'x-amz-acl' },
    ],
    [
      'unknown canned',
      { headers: [['x-amz-acl', 'fake-acl']] },
      'InvalidArgument',
      '',
      { ArgumentName: 'x-amz-acl', ArgumentValue: 'fake-acl' },
    ],
    [
      'unknown group',
      { headers: write('uri="http://x"') },
      'InvalidArgument',
      'Invalid group uri',
      { ArgumentName: 'uri', ArgumentValue: 'http://x' },
    ],
    [
      'unknown kind',
      { headers: write('fakekey="1234"') },
      'InvalidArgument',
      'Argument format not recognized',
      { ArgumentName: 'x-amz-grant-write', ArgumentValue: 'fakekey="1234"' },
    ],
    [
      'no id',
      { headers: write('id="wrong-id"') },
      'InvalidArgument',
      'Invalid id',
      { ArgumentName: 'id', ArgumentValue: 'wrong-id' },
    ],
    [
      'no owner',
      { body: '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>' },
      'MalformedACLError',
      malformed,
      {},
    ],
    ['empty', { body: '<AccessControlPolicy/>' }, 'MalformedACLError', malformed, {}],
    [
      'permission',
      { body: document(grant('Group', `<URI>${logs}</URI>`, 'WRONG')) },
      'MalformedACLError',
      malformed,
      {},
    ],
    [
      'id of the owner',
      { body: document(grant('Group', `<URI>${logs}</URI>`), 'wrong-id') },
      'InvalidArgument',
      'Invalid id',
      { ArgumentName: 'CanonicalUser/ID', ArgumentValue: 'wrong-id' },
    ],
    [
      'group in the body',
      { body: document(grant('Group', '<URI>x</URI>')) },
      'InvalidArgument',
      'Invalid group uri',
      { ArgumentName: 'Group/URI', ArgumentValue: 'x' },
    ],
    [
      'id in the body',
      { body: document(grant('CanonicalUser', '<ID>x</ID>')) },
      'InvalidArgument',
      'Invalid id',
      { ArgumentName: 'CanonicalUser/ID', ArgumentValue: 'x' },
    ],
    ['kind in the body', { body: document(grant('BadType', '<ID>x</ID>')) }, 'MalformedACLError', malformed, {}],
    [
      'canned and grants',
      { headers: [...canned, ['x-amz-grant-read', `uri="${logs}"`]] },
      'InvalidRequest',
      'Specifying both Canned ACLs and Header Grants is not allowed',
      {},
    ],
    [
      'canned and body',
      { headers: canned, body: document('') },
      'UnexpectedContent',
      'This request does not support content',
      {},
    ],
  ] as const
  for (const objectOwnership of ['ObjectWriter', 'BucketOwnerEnforced'] as const) {
    const world = await dataWorld(t, { objectOwnership })
    for (const [name, options, code, message, fields] of cases) {
      const refused = await refusedExchange(putBucketAcl, world, '', options)
      t.match(refused, { code, status: 400, message }, `${objectOwnership}: ${name}`)
      t.strictSame(refused.fields, fields, name)
    }
    t.equal(aclOf(world), 0)
  }
})

t.test('refuses where ACLs are on', async t => {
  const world = await dataWorld(t, { objectOwnership: 'BucketOwnerPreferred' })
  const email = grant('AmazonCustomerByEmail', '<EmailAddress>a@example.com</EmailAddress>')
  const many = document(grant('CanonicalUser', `<ID>${otherId}</ID>`).repeat(101))
  const cases = [
    ['e-mail', { body: document(email) }, 'MethodNotAllowed', 405],
    [
      'e-mail in a header',
      { headers: [['x-amz-grant-read', 'emailAddress="a@example.com"']] },
      'MethodNotAllowed',
      405,
    ],
    ['another owner', { body: document('', otherId) }, 'AccessDenied', 403],
    ['too many grants', { body: many }, 'MalformedACLError', 400],
  ] as const
  for (const [name, options, code, status] of cases) {
    t.match(await refusedExchange(putBucketAcl, world, '', options), { code, status }, name)
  }
})

t.test('refuses a public list under Block Public Access, of the bucket or of its account', async t => {
  const headers = [['x-amz-acl', 'public-read']] as const
  const denied = { code: 'AccessDenied', status: 403, hint: /BlockPublicAcls/ }
  const blocked = await dataWorld(t, { objectOwnership: 'ObjectWriter', publicAccessBlock: everythingBlocked })
  t.match(await refusedExchange(putBucketAcl, blocked, '', { headers }), denied)
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  t.match(await refusedExchange(putBucketAcl, world, '', { headers, accountBlock: everythingBlocked }), denied)
  t.equal((await exchange(putBucketAcl, blocked, '', { headers: [['x-amz-acl', 'private']] })).status, 200)
})
