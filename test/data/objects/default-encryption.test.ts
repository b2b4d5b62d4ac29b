import t from 'tap'
import createMultipartUpload from '../../../src/data/operations/create-multipart-upload.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const header = 'x-amz-server-side-encryption'

t.test('the default of the bucket takes effect on writes that name none', async t => {
  const world = await dataWorld(t)
  const configure = (rule: object) =>
    world.store.putBucketConfiguration(world.bucket.id, 'encryption', JSON.stringify({ Rules: [rule] }))
  const kms = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '1234abcd-12ab-34cd-56ef-1234567890ab' }
  const put = async (...headers: [string, string][]) => {
    const answer = await exchange(putObject, world, 'k', { body: 'x', headers })
    return [header, `${header}-aws-kms-key-id`, `${header}-bucket-key-enabled`].map(name => answer.headers[name])
  }
  const arn = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

  await configure({ ApplyServerSideEncryptionByDefault: kms, BucketKeyEnabled: true })
  t.strictSame(await put(), ['aws:kms', arn, 'true'])
  t.strictSame(await put([header, 'AES256']), ['AES256', undefined, undefined])
  const [algorithm, key, bucketKey] = await put([header, 'aws:kms'])
  t.strictSame([algorithm, bucketKey], ['aws:kms', 'true'], 'the bucket key is used with another key, too')
  t.not(key, arn, 'which is that of AWS')
  t.equal((await exchange(createMultipartUpload, world, 'k')).headers[header], 'aws:kms')

  await configure({ ApplyServerSideEncryptionByDefault: kms, BucketKeyEnabled: false })
  t.strictSame(await put(), ['aws:kms', arn, undefined])
  await configure({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true })
  t.strictSame(await put(), ['AES256', undefined, undefined])

  await configure({ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } })
  const headers = [
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-server-side-encryption-customer-key', 'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='],
    ['x-amz-server-side-encryption-customer-key-MD5', 'mT2HRsMGJ5IX5C+0rreZ8Q=='],
  ] as const
  t.match(await refusedExchange(putObject, world, 'k', { body: 'x', headers }), { code: 'AccessDenied' })
})
