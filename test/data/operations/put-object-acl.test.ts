import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import putObjectAcl from '../../../src/data/operations/put-object-acl.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { type DataWorld, dataWorld, exchange, owner, refusedExchange, stranger } from '../../helpers/data-context.ts'

const ownerId = canonicalUserId(owner)
const all = 'http://acs.amazonaws.com/groups/global/AllUsers'
const grantee = (type: string, content: string) =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${content}</Grantee>` +
  '<Permission>READ</Permission></Grant>'
const document = (grants: string, id = ownerId) =>
  `<AccessControlPolicy><Owner><ID>${id}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`
const aclOf = (world: DataWorld) => world.store.findCurrentVersion(world.bucket.id, 'k')?.details.acl

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  await exchange(putObject, world, 'k', { body: '' })

  const canned = await exchange(putObjectAcl, world, 'k', { headers: [['x-amz-acl', 'public-read']] })
  t.equal(canned.status, 200)
  t.equal(canned.body, '')
  const own = { permission: 'FULL_CONTROL', grantee: { type: 'CanonicalUser', id: ownerId } }
  const everybody = { permission: 'READ', grantee: { type: 'Group', uri: all } }
  t.strictSame(aclOf(world), { grants: [own, everybody] })

  await exchange(putObjectAcl, world, 'k', { headers: [['x-amz-grant-read', `uri="${all}"`]] })
  t.strictSame(aclOf(world), { grants: [everybody] })

  const grants =
    grantee('Group', `<URI>${all}</URI>`) + grantee('CanonicalUser', `<ID>${canonicalUserId(stranger)}</ID>`)
  await exchange(putObjectAcl, world, 'k', { body: document(grants) })
  t.match(aclOf(world), { grants: [everybody, { grantee: { id: canonicalUserId(stranger) } }] })

  await exchange(putObjectAcl, world, 'k', { headers: [['x-amz-acl', 'private']] })
  t.equal(aclOf(world), undefined)
})

t.test('ACLs off: only full control of the bucket owner', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', { body: '' })
  for (const headers of [
    [['x-amz-acl', 'bucket-owner-full-control']],
    [['x-amz-grant-full-control', `id=${ownerId}`]],
  ] as const) {
    t.equal((await exchange(putObjectAcl, world, 'k', { headers })).status, 200)
  }
  for (const headers of [
    [['x-amz-acl', 'private']],
    [['x-amz-acl', 'public-read']],
    [['x-amz-grant-read', `id=${ownerId}`]],
  ] as const) {
    t.match(await refusedExchange(putObjectAcl, world, 'k', { headers }), {
      code: 'AccessControlListNotSupported',
      status: 400,
      message: 'The bucket does not allow ACLs',
    })
  }
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { objectOwnership: 'BucketOwnerPreferred', versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: '' })
  await exchange(putObject, world, 'gone', { body: '' })
  await exchange(deleteObject, world, 'gone')
  const canned = [['x-amz-acl', 'private']] as const
  const group = grantee('Group', `<URI>${all}</URI>`)
  const cases = [
    ['nothing', 'k', {}, 'MissingSecurityHeader', 400, { MissingHeaderName: 'x-amz-acl' }],
    ['canned and grants', 'k', { headers: [...canned, ['x-amz-grant-read', `uri=${all}`]] }, 'InvalidRequest', 400, {}],
    ['canned and body', 'k', { headers: canned, body: document(group) }, 'UnexpectedContent', 400, {}],
    ['unknown canned', 'k', { headers: [['x-amz-acl', 'x']] }, 'InvalidArgument', 400, { ArgumentName: 'x-amz-acl' }],
    [
      'id in the body',
      'k',
      { body: document(grantee('CanonicalUser', '<ID>x</ID>')) },
      'InvalidArgument',
      400,
      { ArgumentName: 'CanonicalUser/ID' },
    ],
    [
      'group in the body',
      'k',
      { body: document(grantee('Group', '<URI>x</URI>')) },
      'InvalidArgument',
      400,
      { ArgumentName: 'Group/URI' },
    ],
    [
      'e-mail',
      'k',
      { body: document(grantee('AmazonCustomerByEmail', '<EmailAddress>a@b</EmailAddress>')) },
      'MethodNotAllowed',
      405,
      {},
    ],
    [
      'no owner',
      'k',
      { body: '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>' },
      'MalformedACLError',
      400,
      {},
    ],
    [
      'no list',
      'k',
      { body: `<AccessControlPolicy><Owner><ID>${ownerId}</ID></Owner></AccessControlPolicy>` },
      'MalformedACLError',
      400,
      {},
    ],
    ['kind of grantee', 'k', { body: document(grantee('Robot', '<ID>x</ID>')) }, 'MalformedACLError', 400, {}],
    ['permission', 'k', { body: document(group.replace('READ', 'LOOK')) }, 'MalformedACLError', 400, {}],
    ['another root', 'k', { body: '<Acl/>' }, 'MalformedACLError', 400, {}],
    ['another owner', 'k', { body: document(group, canonicalUserId(stranger)) }, 'AccessDenied', 403, {}],
    ['missing key', 'x', { headers: canned }, 'NoSuchKey', 404, {}],
    [
      'deleted key',
      'gone',
      { headers: canned },
      'MethodNotAllowed',
      405,
      { Method: 'PUT', ResourceType: 'DeleteMarker' },
    ],
  ] as const
  for (const [name, key, options, code, status, fields] of cases) {
    t.match(await refusedExchange(putObjectAcl, world, key, options), { code, status, fields }, name)
  }
  t.equal(aclOf(world), undefined)
})

t.test('refuses a public list where the MRAP blocks it', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  await exchange(putObject, world, 'k', { body: '' })
  const alias = 'mfzwi23gnjvgw.mrap'
  const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
  await world.store.submitCreateMrap(
    {
      token: 't',
      accountId: owner,
      clientToken: 'c',
      operation: 'CreateMultiRegionAccessPoint',
      parameters: '{}',
      submittedAt: 0,
      startsAt: 0,
      dueAt: 0,
      failure: undefined,
      regions: ['us-west-2'],
    },
    {
      accountId: owner,
      name: 'm',
      alias,
      createdAt: 0,
      readyAt: 0,
      publicAccessBlock: block,
      regions: [{ bucket: world.bucket.name, region: 'us-west-2', bucketAccountId: owner }],
    },
  )
  const headers = [['x-amz-acl', 'public-read']] as const
  const mrap = { alias, arn: `arn:aws:s3::${owner}:accesspoint/${alias}`, accountId: owner, publicAccessBlock: block }
  t.match(await refusedExchange(putObjectAcl, world, 'k', { headers, mrap }), { code: 'AccessDenied', status: 403 })
  t.equal((await exchange(putObjectAcl, world, 'k', { headers })).status, 200, 'the bucket itself does not')
})
