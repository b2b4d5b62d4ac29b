import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Makes SSE-S3 the default encryption again. Source: API_DeleteBucketEncryption. */
export default defineOperation({
  name: 'DeleteBucketEncryption',
  http: 'DELETE /{Bucket}?encryption',
  status: 204,
  action: 's3:PutEncryptionConfiguration',
  input: structure(bucketLabel),
  output: structure({}),
  async handle(_input, context) {
    await storeConfiguration('encryption', undefined, context)
    return {}
  },
})
