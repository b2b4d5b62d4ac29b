import { payload, structure } from '../../protocol/xml/shape.ts'
import { AbacStatus, bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'

/** Says that access by tags is off, as it is on every bucket here. Source: API_GetBucketAbac. */
export default defineOperation({
  name: 'GetBucketAbac',
  http: 'GET /{Bucket}?abac',
  action: 's3:GetBucketAbac',
  input: structure(bucketLabel),
  output: structure({ AbacStatus: payload(AbacStatus) }),
  handle: () => ({ AbacStatus: { Status: 'Disabled' as const } }),
})
