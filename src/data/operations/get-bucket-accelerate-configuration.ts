import { structure } from '../../protocol/xml/shape.ts'
import { AccelerateConfiguration, bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Shows whether transfer acceleration is on; an empty document where it never was. Source: API_GetBucketAccelerateConfiguration. */
export default defineOperation({
  name: 'GetBucketAccelerateConfiguration',
  http: 'GET /{Bucket}?accelerate',
  action: 's3:GetAccelerateConfiguration',
  input: structure(bucketLabel),
  output: AccelerateConfiguration,
  handle: (_input, context) => findConfiguration(AccelerateConfiguration, 'accelerate', context) ?? {},
})
