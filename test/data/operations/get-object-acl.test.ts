import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObjectAcl from '../../../src/data/operations/get-object-acl.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange, rootOf, stranger } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

// sha256sum of mrap-local:<account>
const ownerId = 'a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff'
const strangerId = 'ab5918e2c951d5d26bd492d858eb303f44b090a54af95e13cf878f631708c219'
const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const userGrant = (id: string, permission: string) =>
  `<Grant><Grantee ${xsi} xsi:type="CanonicalUser"><ID>${id}</ID></Grantee><Permission>${permission}</Permission></Grant>`
const policy = (owner: string, grants: string) =>
  `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>${owner}</ID></Owner>` +
  `<AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`

t.test('does the work and writes the wire', async t => {
  t.test('ACLs off: full control of the bucket owner, whoever wrote', async t => {
    const world = await dataWorld(t)
    await exchange(putObject, world, 'k', { body: '', caller: rootOf(stranger) })
    t.equal((await exchange(getObjectAcl, world, 'k')).body, policy(ownerId, userGrant(ownerId, 'FULL_CONTROL')))
  })

  t.test('ACLs on: owner and grants of the object', async t => {
    const world = await dataWorld(t, { objectOwnership: 'ObjectWriter', versioning: 'Enabled' })
    const all = 'http://acs.amazonaws.com/groups/global/AllUsers'
    const put = await exchange(putObject, world, 'k', {
      body: '',
      caller: rootOf(stranger),
      headers: [['x-amz-acl', 'public-read']],
    })
    const { headers, body } = await exchange(getObjectAcl, world, 'k')
    t.equal(headers['x-amz-version-id'], put.headers['x-amz-version-id'])
    t.equal(
      body,
      policy(
        strangerId,
        userGrant(strangerId, 'FULL_CONTROL') +
          `<Grant><Grantee ${xsi} xsi:type="Group"><URI>${all}</URI></Grantee><Permission>READ</Permission></Grant>`,
      ),
    )
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: '' })
  const marker = (await exchange(deleteObject, world, 'k')).headers['x-amz-version-id']
  const cases = [
    ['missing key', 'x', '', 'NoSuchKey', 404],
    ['marker', 'k', `versionId=${marker}`, 'MethodNotAllowed', 405],
    ['unknown version', 'k', `versionId=${unknownVersionId}`, 'NoSuchVersion', 404],
  ] as const
  for (const [name, key, query, code, status] of cases) {
    t.match(await refusedExchange(getObjectAcl, world, key, { query }), { code, status }, name)
  }
})
