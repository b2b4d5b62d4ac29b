import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { completeEncryption, ServerSideEncryptionConfiguration } from '../objects/default-encryption.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Sets the encryption of writes that name none. Source: API_PutBucketEncryption. */
export default defineOperation({
  name: 'PutBucketEncryption',
  http: 'PUT /{Bucket}?encryption',
  action: 's3:PutEncryptionConfiguration',
  input: structure({
    ...bucketLabel,
    ServerSideEncryptionConfiguration: payload(required(ServerSideEncryptionConfiguration)),
  }),
  output: structure({}),
  async handle({ ServerSideEncryptionConfiguration: configuration }, context) {
    await storeConfiguration('encryption', completeEncryption(configuration), context)
    return {}
  },
})
