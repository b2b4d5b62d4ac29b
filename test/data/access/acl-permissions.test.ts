import t from 'tap'
import { bucketPermission, isGranted, objectPermission } from '../../../src/data/access/acl-permissions.ts'
import { allUsers, authenticatedUsers } from '../../../src/data/objects/access-control-list.ts'
import { anonymousUserId, canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { owner, rootOf, stranger } from '../../helpers/data-context.ts'

t.test('which permission an action needs', async t => {
  t.equal(bucketPermission('s3:ListBucketVersions'), 'READ')
  t.equal(bucketPermission('s3:PutObject'), 'WRITE')
  t.equal(bucketPermission('s3:GetBucketAcl'), 'READ_ACP')
  t.equal(bucketPermission('s3:GetBucketPolicy'), undefined)
  t.equal(objectPermission('s3:GetObjectVersion'), 'READ')
  t.equal(objectPermission('s3:PutObjectVersionAcl'), 'WRITE_ACP')
  t.equal(objectPermission('s3:GetObjectTagging'), undefined)
})

t.test('whom a list grants a permission', async t => {
  const anonymous = { kind: 'anonymous' } as const
  const user = (id: string) => ({ type: 'CanonicalUser', id }) as const
  const group = (uri: string) => ({ type: 'Group', uri }) as const
  const rows = [
    ['the user', user(canonicalUserId(owner)), rootOf(owner), true, true],
    ['another user', user(canonicalUserId(owner)), rootOf(stranger), false, false],
    ['nobody is a user, too', user(anonymousUserId), anonymous, true, true],
    ['everybody', group(allUsers), anonymous, true, false],
    ['everybody, signed', group(allUsers), rootOf(stranger), true, false],
    ['who signs', group(authenticatedUsers), rootOf(stranger), true, false],
    ['who does not sign', group(authenticatedUsers), anonymous, false, false],
    ['log delivery', group('http://acs.amazonaws.com/groups/s3/LogDelivery'), rootOf(stranger), false, false],
  ] as const
  for (const [name, grantee, caller, expected, ignoringPublic] of rows) {
    for (const permission of ['READ', 'FULL_CONTROL'] as const) {
      t.equal(isGranted([{ permission, grantee }], 'READ', caller, false), expected, `${name}: ${permission}`)
      t.equal(isGranted([{ permission, grantee }], 'READ', caller, true), ignoringPublic, `${name}, public ignored`)
    }
    t.equal(isGranted([{ permission: 'WRITE', grantee }], 'READ', caller, false), false, `${name}: another permission`)
  }
})
