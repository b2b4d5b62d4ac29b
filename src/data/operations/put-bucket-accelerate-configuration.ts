import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { AccelerateConfiguration, accelerateStatuses, bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Turns transfer acceleration on or suspends it; requests are no faster. Source: API_PutBucketAccelerateConfiguration. */
export default defineOperation({
  name: 'PutBucketAccelerateConfiguration',
  http: 'PUT /{Bucket}?accelerate',
  action: 's3:PutAccelerateConfiguration',
  input: structure({ ...bucketLabel, AccelerateConfiguration: payload(required(AccelerateConfiguration)) }),
  output: structure({}),
  async handle({ AccelerateConfiguration: { Status } }, context) {
    if (context.bucket.name.includes('.')) {
      throw errors.InvalidRequest({
        Message: 'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
      })
    }
    const known = accelerateStatuses.find(word => word === Status)
    if (!known) throw errors.MalformedXML()
    await storeConfiguration('accelerate', { Status: known }, context)
    return {}
  },
})
