import t from 'tap'
import deleteBucketReplication from '../../../src/data/operations/delete-bucket-replication.ts'
import putBucketReplication from '../../../src/data/operations/put-bucket-replication.ts'
import putBucketVersioning from '../../../src/data/operations/put-bucket-versioning.ts'
import { findReplication } from '../../../src/data/replication/configuration.ts'
import { dataWorld, exchange, owner, refusedExchange } from '../../helpers/data-context.ts'

t.test('does the work, and lets versioning be suspended again', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', versioning: 'Enabled' })
  const body = `<ReplicationConfiguration><Role>arn:aws:iam::${owner}:role/r</Role><Rule><Prefix/><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::orders-euw1</Bucket></Destination></Rule></ReplicationConfiguration>`
  await exchange(putBucketReplication, world, '', { body })
  const suspended = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
  t.match(await refusedExchange(putBucketVersioning, world, '', { body: suspended }), {
    code: 'InvalidBucketState',
    status: 409,
    message:
      'A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.',
  })
  t.strictSame(await exchange(deleteBucketReplication, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(findReplication(world), undefined)
  t.equal((await exchange(deleteBucketReplication, world, '')).status, 204, 'nothing there is no error')
  t.equal((await exchange(putBucketVersioning, world, '', { body: suspended })).status, 200)
})
