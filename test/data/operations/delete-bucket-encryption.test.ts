import t from 'tap'
import deleteBucketEncryption from '../../../src/data/operations/delete-bucket-encryption.ts'
import putBucketEncryption from '../../../src/data/operations/put-bucket-encryption.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>abc</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'
  await exchange(putBucketEncryption, world, '', { body })
  t.strictSame(await exchange(deleteBucketEncryption, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'encryption'), undefined)
  t.equal((await exchange(deleteBucketEncryption, world, '')).status, 204, 'nothing there is no error')
})
