import t from 'tap'
import {
  aclGrants,
  aclOutput,
  cannedAclOf,
  cannedGrants,
  headerGrants,
} from '../../../src/data/objects/access-control-list.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { owner, stranger } from '../../helpers/data-context.ts'

// printf mrap-local:111122223333 | sha256sum
const ownerCanonical = 'a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff'
const user = (id: string, permission: string) => ({ permission, grantee: { type: 'CanonicalUser', id } })
const all = 'http://acs.amazonaws.com/groups/global/AllUsers'
const signed = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
const group = (uri: string, permission: string) => ({ permission, grantee: { type: 'Group', uri } })

t.test('canonical user ids', async t => {
  t.equal(canonicalUserId(owner), ownerCanonical)
  t.equal(canonicalUserId(owner), ownerCanonical, 'and again')
})

t.test('canned lists', async t => {
  const own = user(ownerCanonical, 'FULL_CONTROL')
  const other = canonicalUserId(stranger)
  t.strictSame(cannedGrants('private', owner, stranger), [own])
  t.strictSame(cannedGrants('public-read', owner, owner), [own, group(all, 'READ')])
  t.strictSame(cannedGrants('public-read-write', owner, owner), [own, group(all, 'READ'), group(all, 'WRITE')])
  t.strictSame(cannedGrants('authenticated-read', owner, owner), [own, group(signed, 'READ')])
  t.strictSame(cannedGrants('bucket-owner-read', owner, stranger), [own, user(other, 'READ')])
  t.strictSame(cannedGrants('bucket-owner-full-control', owner, stranger), [own, user(other, 'FULL_CONTROL')])
  t.strictSame(cannedGrants('bucket-owner-full-control', owner, owner), [own])
  t.equal(cannedAclOf(undefined), undefined)
  t.throws(() => cannedAclOf('world-writable'), {
    code: 'InvalidArgument',
    message: '',
    fields: { ArgumentName: 'x-amz-acl', ArgumentValue: 'world-writable' },
  })
})

t.test('grant headers', async t => {
  t.equal(headerGrants({}), undefined)
  t.strictSame(
    headerGrants({ GrantRead: `uri="${all}", id=${ownerCanonical}`, GrantWriteACP: `id="${ownerCanonical}"` }),
    [group(all, 'READ'), user(ownerCanonical, 'READ'), user(ownerCanonical, 'WRITE_ACP')],
  )
  const cases = [
    ['id=nobody', 'Invalid id', { ArgumentName: 'id', ArgumentValue: 'nobody' }],
    ['uri=http://x', 'Invalid group uri', { ArgumentName: 'uri', ArgumentValue: 'http://x' }],
    ['nobody', 'Argument format not recognized', { ArgumentName: 'x-amz-grant-read', ArgumentValue: 'nobody' }],
    ['name=x', 'Argument format not recognized', { ArgumentName: 'x-amz-grant-read', ArgumentValue: 'name=x' }],
  ] as const
  for (const [GrantRead, message, fields] of cases) {
    t.throws(() => headerGrants({ GrantRead }), { code: 'InvalidArgument', status: 400, message, fields }, GrantRead)
  }
  t.throws(() => headerGrants({ GrantRead: 'emailAddress="a@example.com"' }), { code: 'MethodNotAllowed', status: 405 })
})

t.test('a version without a list is private', async t => {
  t.strictSame(aclGrants(undefined, owner), [user(ownerCanonical, 'FULL_CONTROL')])
  const grants = [group(all, 'READ')]
  t.strictSame(aclGrants({ grants }, owner), grants)
  t.strictSame(aclOutput({ grants }, owner), {
    Owner: { ID: ownerCanonical },
    AccessControlList: [{ Grantee: { Type: 'Group', URI: all }, Permission: 'READ' }],
  })
})
