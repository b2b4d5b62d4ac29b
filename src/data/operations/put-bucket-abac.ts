import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { AbacStatus, bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Leaves access by tags off; turning it on is not built, since no policy would see the tags. Source: API_PutBucketAbac. */
export default defineOperation({
  name: 'PutBucketAbac',
  http: 'PUT /{Bucket}?abac',
  action: 's3:PutBucketAbac',
  input: structure({ ...bucketLabel, AbacStatus: payload(required(AbacStatus)) }),
  output: structure({}),
  handle({ AbacStatus: { Status } }) {
    if (Status === 'Disabled') return {}
    throw errors.NotImplemented(
      { Message: 'Attribute-based access control of buckets is not implemented.' },
      { hint: 'Leave ABAC disabled: policies do not see the tags of buckets.' },
    )
  },
})
