import t from 'tap'
import deleteCors from '../../src/data/operations/delete-bucket-cors.ts'
import putBucketAcl from '../../src/data/operations/put-bucket-acl.ts'
import putAnalytics from '../../src/data/operations/put-bucket-analytics-configuration.ts'
import putOwnership from '../../src/data/operations/put-bucket-ownership-controls.ts'
import putTags from '../../src/data/operations/put-bucket-tagging.ts'
import putVersioning from '../../src/data/operations/put-bucket-versioning.ts'
import putObjectLock from '../../src/data/operations/put-object-lock-configuration.ts'
import { canonicalUserId } from '../../src/protocol/canonical-user.ts'
import { call, dataWorld, stranger } from '../helpers/data-context.ts'

// What an operation has looked at may be changed before the writer has its turn. Each pair here is sent at once.

const codesOf = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map(outcome => (outcome.status === 'fulfilled' ? 'ok' : (outcome.reason as { code?: string }).code))

t.test('Object Lock and a suspension of versioning', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const Bucket = world.bucket.name
  const lock = () =>
    call(putObjectLock, { Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }, world.context())
  const suspend = () =>
    call(putVersioning, { Bucket, VersioningConfiguration: { Status: 'Suspended' } }, world.context())
  t.strictSame(codesOf(await Promise.allSettled([suspend(), lock()])), ['ok', 'InvalidBucketState'])
  await world.store.updateBucket(world.bucket.id, { versioning: 'Enabled' })
  t.strictSame(codesOf(await Promise.allSettled([lock(), suspend()])), ['ok', 'InvalidBucketState'])
  t.match(world.store.findBucket(Bucket), { versioning: 'Enabled', objectLock: true })
})

t.test('ACLs that are turned off and a grant to others', async t => {
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter' })
  const Bucket = world.bucket.name
  const off = () =>
    call(
      putOwnership,
      { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] } },
      world.context(),
    )
  const grant = () => call(putBucketAcl, { Bucket, GrantRead: `id="${canonicalUserId(stranger)}"` }, world.context())
  t.strictSame(codesOf(await Promise.allSettled([grant(), off()])), ['ok', 'InvalidBucketAclWithObjectOwnership'])
  await world.store.putBucketConfiguration(world.bucket.id, 'acl', undefined)
  t.strictSame(codesOf(await Promise.allSettled([off(), grant()])), ['ok', 'AccessControlListNotSupported'])
})

t.test('a thousand configurations, and two more', async t => {
  const world = await dataWorld(t)
  const Bucket = world.bucket.name
  for (let id = 0; id < 999; id++) void world.store.putBucketConfiguration(world.bucket.id, `analytics/${id}`, '{}')
  await world.store.updateBucket(world.bucket.id, {})
  const put = (Id: string) =>
    call(putAnalytics, { Bucket, Id, AnalyticsConfiguration: { Id, StorageClassAnalysis: {} } }, world.context())
  t.strictSame(codesOf(await Promise.allSettled([put('a'), put('b')])), ['ok', 'TooManyConfigurations'])
})

t.test('a bucket that is deleted and one that is configured', async t => {
  const world = await dataWorld(t)
  const Bucket = world.bucket.name
  const deleted = world.store.deleteBucket(world.bucket.id, world.clock.now())
  const configured = Promise.allSettled([
    call(putTags, { Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }, world.context()),
    call(deleteCors, { Bucket }, world.context()),
    call(putVersioning, { Bucket, VersioningConfiguration: { Status: 'Enabled' as const } }, world.context()),
  ])
  t.equal(await deleted, 'deleted')
  t.strictSame(codesOf(await configured), ['NoSuchBucket', 'NoSuchBucket', 'NoSuchBucket'])
})
