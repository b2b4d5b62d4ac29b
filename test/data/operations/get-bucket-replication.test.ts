import t from 'tap'
import getBucketReplication from '../../../src/data/operations/get-bucket-replication.ts'
import putBucketReplication from '../../../src/data/operations/put-bucket-replication.ts'
import { dataWorld, exchange, owner, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', versioning: 'Enabled' })
  const body =
    `<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Role>arn:aws:iam::${owner}:role/r</Role>` +
    '<Rule><ID>a</ID><Priority>3</Priority><Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>' +
    '<Status>Enabled</Status><SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>' +
    '<ReplicaModifications><Status>Enabled</Status></ReplicaModifications></SourceSelectionCriteria><Destination>' +
    `<Bucket>arn:aws:s3:::orders-euw1</Bucket><Account>${owner}</Account><StorageClass>STANDARD_IA</StorageClass>` +
    '<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation><EncryptionConfiguration>' +
    `<ReplicaKmsKeyID>arn:aws:kms:eu-west-1:${owner}:key/1</ReplicaKmsKeyID></EncryptionConfiguration><ReplicationTime>` +
    '<Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime><Metrics><Status>Enabled</Status>' +
    '<EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination><DeleteMarkerReplication>' +
    '<Status>Disabled</Status></DeleteMarkerReplication></Rule></ReplicationConfiguration>'
  await exchange(putBucketReplication, world, '', { body })
  t.match(await exchange(getBucketReplication, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body,
  })
})

t.test('refuses: there is none', async t => {
  t.match(await refusedExchange(getBucketReplication, await dataWorld(t), ''), {
    code: 'ReplicationConfigurationNotFoundError',
    status: 404,
    message: 'The replication configuration was not found',
    fields: { BucketName: 'orders-usw2' },
  })
})
