import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, ObjectLockConfiguration } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Shows whether Object Lock is on and what retention new objects get. Source: API_GetObjectLockConfiguration. */
export default defineOperation({
  name: 'GetObjectLockConfiguration',
  http: 'GET /{Bucket}?object-lock',
  action: 's3:GetBucketObjectLockConfiguration',
  input: structure(bucketLabel),
  output: structure({ ObjectLockConfiguration: payload(ObjectLockConfiguration) }),
  errors: ['ObjectLockConfigurationNotFoundError'],
  handle(_input, { store, bucket }) {
    const configuration = store.findBucketConfiguration(bucket.id, 'objectLock')
    if (configuration === undefined) throw errors.ObjectLockConfigurationNotFoundError({ BucketName: bucket.name })
    return { ObjectLockConfiguration: JSON.parse(configuration) }
  },
})
