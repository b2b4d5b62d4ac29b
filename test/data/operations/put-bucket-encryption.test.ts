import t from 'tap'
import getBucketEncryption from '../../../src/data/operations/get-bucket-encryption.ts'
import putBucketEncryption from '../../../src/data/operations/put-bucket-encryption.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</ServerSideEncryptionConfiguration>`
const put = (world: DataWorld, content: string) => exchange(putBucketEncryption, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>abc</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketEncryption, world, '')).body,
    '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>abc</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    ['', { code: 'MalformedXML', status: 400 }],
    [
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>rot13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>x</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        fields: { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
      },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(await refusedExchange(putBucketEncryption, world, '', { body: document(content) }), expected, content)
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'encryption'), undefined)
})
