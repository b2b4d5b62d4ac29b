import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, VersioningConfiguration } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'

/** Shows whether a bucket keeps versions; nothing for one that never did. Source: API_GetBucketVersioning. */
export default defineOperation({
  name: 'GetBucketVersioning',
  http: 'GET /{Bucket}?versioning',
  action: 's3:GetBucketVersioning',
  input: structure(bucketLabel),
  output: VersioningConfiguration,
  handle: (_input, { bucket }) => ({ Status: bucket.versioning }),
})
