import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { configurationLabels, InventoryConfiguration, putNamedConfiguration } from '../buckets/named-configurations.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Adds an inventory configuration to a bucket, or replaces the one of this id. Source: API_PutBucketInventoryConfiguration. */
export default defineOperation({
  name: 'PutBucketInventoryConfiguration',
  http: 'PUT /{Bucket}?inventory',
  status: 204,
  action: 's3:PutInventoryConfiguration',
  input: structure({ ...configurationLabels, InventoryConfiguration: payload(required(InventoryConfiguration)) }),
  output: structure({}),
  errors: ['IdMismatch', 'InvalidS3DestinationBucket', 'TooManyConfigurations'],
  async handle({ Id, InventoryConfiguration: configuration }, context) {
    if (configuration.Id !== Id) throw errors.IdMismatch()
    if (!configuration.Destination.S3BucketDestination.Bucket.startsWith('arn:')) {
      throw errors.InvalidS3DestinationBucket()
    }
    await putNamedConfiguration('inventory', configuration, context)
    return {}
  },
})
